using System.Text;
using Npgsql;
using Syntha.Server.Tests.Audit;
using Syntha.Server.Tests.Nodes;
using Syntha.Server.Tests.Streams.Recording;

namespace Syntha.Server.Tests.Operations;

/// <summary>Erases a user by a call, while the server goes on and others use it.</summary>
public sealed class DeleteUserTests
{
    private const string Canary = "canary-5b77";

    [Fact]
    public async Task Delete_AmongWriters_RefusesCleanlyWhatItCuts()
    {
        await using var server = await TestServer.StartAsync();
        var alice = server.As("alice");
        await alice.PushAsync("first");
        var epoch = (await alice.PositionAsync()).Epoch;
        var pushes = Enumerable.Range(0, 300).Select(number => alice.PushAsync($"{number % 20}")).ToList();

        await server.Administration.DeleteUserAsync(new() { UserId = "alice" });

        foreach (var push in pushes)
        {
            try
            {
                await push;
            }
            catch (RpcException cut)
            {
                Refusal.Of(cut.StatusCode == StatusCode.Unavailable ? ErrorReason.StoreDown : ErrorReason.EpochChanged, cut);
            }
        }
        // Later calls have made a new store, which holds nothing from before.
        await alice.PushAsync("last");
        Assert.NotEqual(epoch, (await alice.PositionAsync()).Epoch);
        Assert.Null(await alice.ValueAsync("first"));
        var revisions = server.ReadLog("alice").Rows.Select(row => row.Revision).Distinct().ToList();
        Assert.Equal(Enumerable.Range(1, revisions.Count).Select(revision => (long)revision), revisions);
    }

    [Fact]
    public async Task Delete_EndsTheUsersSessionsOverConnectionsThatStayOpen()
    {
        await using var server = await TestServer.StartAsync();
        var (alice, bob) = (server.As("alice"), server.As("bob"));
        await alice.PushAsync("k");
        await bob.PushAsync("k");
        var before = Assert.Single(await SessionsAsync(server, "alice"));

        await server.Administration.DeleteUserAsync(new() { UserId = "alice" });

        Assert.Empty(await SessionsAsync(server, "alice"));
        Assert.Empty((await server.Administration.GetUserStatsAsync(new() { UserId = "alice" })).Sessions);
        Assert.Single(await SessionsAsync(server, "bob"));
        // The same connection as before: earlier proof on it does not count.
        await alice.PushAsync("k");
        var after = Assert.Single(await SessionsAsync(server, "alice"));
        Assert.Equal(before.ClientAddress, after.ClientAddress);
        Assert.True(after.StartTime.ToDateTime() > before.StartTime.ToDateTime());
    }

    [Fact]
    [Trait("Runs", "Once")]
    public async Task Delete_LeavesTheCanaryInNoFile()
    {
        await using var server = await TestServer.StartAsync();
        var (alice, bob) = (server.As("alice"), server.As("bob"));
        await alice.PushAsync("k", $"\"{Canary}\"");
        await alice.PushAsync("k", "1");
        await bob.PushAsync("k", "\"of bob\"");
        Assert.NotEmpty(FilesWith(server.Folder, Canary));

        await server.Administration.DeleteUserAsync(new() { UserId = "alice" });

        Assert.Empty(FilesWith(server.Folder, Canary));
        Assert.Equal("\"of bob\"", await bob.ValueAsync("k"));
        Assert.DoesNotContain(server.Log.Lines, line => line.Contains(Canary, StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Runs", "Once")]
    public async Task Delete_OnOneNode_EndsTheUserOnTheOthers()
    {
        await using var nodes = await NodeGroup.StartAsync(2);
        var (here, there) = (nodes.As("alice", 0), nodes.As("alice", 1));
        await here.PushAsync("k", "1");
        Assert.Equal("1", await there.ValueAsync("k"));
        var before = await there.PositionAsync();
        await using var stream = new TestSubscriber(new(), new());
        await stream.OpenAsync(there);
        Assert.Single(await SessionsAsync(nodes[1], "alice"));

        await nodes[0].Administration.DeleteUserAsync(new() { UserId = "alice" });

        await stream.ReadToEndAsync();
        Refusal.Of(ErrorReason.EpochChanged, stream.Streams[0].Failure!);
        Assert.Empty(await SessionsAsync(nodes[1], "alice"));
        Assert.Null(await there.ValueAsync("k"));
        Assert.False(nodes[1].HasStore("alice"));
        // This node has the mesh in memory and writes to it first.
        await there.PushAsync("k", "2");
        Assert.Equal("2", await here.ValueAsync("k"));
        await nodes[1].Administration.DeleteUserAsync(new() { UserId = "alice" });
        await PushAgainAsync(here);
        Assert.Equal(["l"], await there.KeysAsync());
        Assert.NotEqual(before.Epoch, (await there.PositionAsync()).Epoch);
    }

    [Fact]
    [Trait("Runs", "Once")]
    public async Task Delete_WhileSomebodyReadsTheTables_HoldsUpNobodyElse()
    {
        // The trail is written late, so the push is not in it yet when its user is erased.
        await using var nodes = await NodeGroup.StartAsync(1, "--Audit:Interval=00:01:00");
        var admin = nodes[0].Administration;
        await nodes.As("alice", 0).PushAsync("k");
        await using var backup = await ConnectAsync();
        await using var watch = await ConnectAsync();
        await ExecuteAsync(backup, "BEGIN; LOCK TABLE user_alice.changes IN ACCESS SHARE MODE;");

        var deleting = admin.DeleteUserAsync(new() { UserId = "alice" });
        while (!deleting.ResponseAsync.IsCompleted && await ExecuteAsync(
            watch,
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid() AND query LIKE '%user_alice%'
            """) is 0L)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken); // only the database shows it
        }
        // An operator's call is answered when it is in the trail.
        await admin.UpdateQuotaAsync(new() { UserId = "bob", Quota = new() { MaxItems = 7 } });
        Assert.False(deleting.ResponseAsync.IsCompleted);
        await ExecuteAsync(backup, "ROLLBACK;");
        await deleting;

        Assert.False(nodes[0].HasStore("alice"));
        var entries = await AuditReader.AllAsync(admin, "alice");
        Assert.Equal(
            ["ContextMesh/Push", "Administration/DeleteUser"], entries.OrderBy(entry => entry.Sequence).Select(entry => entry.Method));

        async Task<NpgsqlConnection> ConnectAsync()
        {
            var connection = new NpgsqlConnection(nodes.Store.ConnectionString + ";Pooling=False");
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            return connection;
        }

        static async Task<object?> ExecuteAsync(NpgsqlConnection connection, string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
        }
    }

    // The first call learns that the mesh in memory is outdated, with a reason that makes clients repeat. Nothing of it is written.
    private static async Task PushAgainAsync(TestUser user)
    {
        Refusal.Of(ErrorReason.StoreDown, await Assert.ThrowsAsync<RpcException>(() => user.PushAsync("l")));
        Assert.Equal(1, await user.PushAsync("l"));
    }

    private static async Task<IReadOnlyList<Session>> SessionsAsync(TestServer server, string user) =>
        (await server.Administration.ListSessionsAsync(new() { UserId = user })).Sessions;

    private static string[] FilesWith(string folder, string text) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(
                file => Path.GetFileName(file) != "lock" && File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0)];
}
