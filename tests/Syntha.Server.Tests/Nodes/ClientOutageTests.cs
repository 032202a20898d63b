using Syntha.Client;
using Syntha.Tests.Support;

namespace Syntha.Server.Tests.Nodes;

/// <summary>A program that uses the client notices nothing while the database is away, if it gives its calls enough time.</summary>
public sealed class ClientOutageTests
{
    [Fact]
    [Trait("Runs", "Once")]
    public async Task Pushes_WhileTheDatabaseCrashesTwice_AllSucceedOnce()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var store = await TestStore.CreateInAsync(cluster);
        await using var server = await TestServer.StartOnAsync(store);
        server.MayLogErrors = true;
        await using var client = new SynthaClient(new SynthaClientOptions
        {
            Address = server.Grpc.ToString(),
            CallTimeout = TimeSpan.FromMinutes(5),
            MaxAttempts = 1000,
            RetryDelay = TimeSpan.FromMilliseconds(10),
            MaxRetryDelay = TimeSpan.FromMilliseconds(50),
        });
        var alice = client.ForUser("alice");
        var pushed = 0;

        for (var crash = 0; crash < 2; crash++)
        {
            for (var until = pushed + 20; pushed < until; pushed++)
            {
                await alice.PushAsync($"{pushed:D3}", pushed);
            }

            await cluster.CrashAsync();
            // The database answers no call until it has recovered.
            for (var until = pushed + 20; pushed < until; pushed++)
            {
                await alice.PushAsync($"{pushed:D3}", pushed);
            }
        }

        Assert.Equal(Enumerable.Range(0, pushed).Select(number => $"{number:D3}"), await server.As("alice").KeysAsync());
        Assert.Equal(pushed, (await server.As("alice").PositionAsync()).Revision);
    }
}
