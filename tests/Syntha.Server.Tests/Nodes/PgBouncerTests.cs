using Syntha.Server.Tests.Streams.Recording;
using Syntha.Tests.Support;

namespace Syntha.Server.Tests.Nodes;

/// <summary>Two nodes share three connections, statement by statement, behind a PgBouncer in transaction mode.</summary>
[Trait("Runs", "Once")]
public sealed class PgBouncerTests
{
    private readonly Recorder recorder = new();

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task Nodes_BehindPgBouncer_KeepUsersApartAndLoseNothing(bool hasListener, bool rolePerUser)
    {
        await using var store = await TestStore.CreatePostgresAsync(rolePerUser ? "CREATEROLE" : "");
        await using var bouncer = await PgBouncer.StartAsync(store.ConnectionString, poolSize: 3);
        string[] settings =
        [
            $"--Storage:Postgres:ConnectionString={bouncer.ConnectionString}",
            "--Storage:Postgres:BehindPgBouncer=true",
            "--Storage:Postgres:PollInterval=00:00:00.05",
            $"--Storage:Postgres:RolePerUser={rolePerUser}",
            .. hasListener ? [$"--Storage:Postgres:ListenConnectionString={store.ConnectionString}"] : Array.Empty<string>(),
        ];
        await using var one = await TestServer.StartOnAsync(store, settings);
        await using var other = await TestServer.StartOnAsync(store, settings);
        TestUser As(string user, int node) => (node % 2 == 0 ? one : other).As(user);
        await using var following = new TestSubscriber(recorder, new());
        await following.OpenAsync(As("alice", 1));

        await Task.WhenAll(Enumerable.Range(0, 6).Select(async user =>
        {
            var name = user == 0 ? "alice" : $"user{user}";
            for (var n = 0; n < 25; n++)
            {
                var (key, value) = ($"k{n % 5}", $"\"{name} {n}\"");
                Assert.Equal(
                    n + 1, user == 0 ? await recorder.PushAsync(As(name, n), key, value) : await As(name, n).PushAsync(key, value));
                Assert.Equal(value, await As(name, n + 1).ValueAsync(key));
            }
        }));

        Assert.True(await following.ReadToAsync(25));
        following.Close();
        recorder.Verify(store.ReadLog("alice"));
    }
}
