using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Syntha.Server.Tests.Hosting;

/// <summary>A client that stops waiting is let go, and a server that stops lets the calls under way end.</summary>
public sealed class ShutdownTests
{
    [Fact]
    public async Task Stop_WithACallInFlight_LetsItEndAndRefusesNewOnes()
    {
        await using var server = await TestServer.StartAsync();
        var alice = server.As("alice");
        await alice.PushAsync("k", "0");
        Task<long> inFlight;
        Task stopping;
        await using (await HeldTurn.TakeAsync(server, alice))
        {
            inFlight = alice.PushAsync("k", "1");
            await HeldTurn.CallInFlightAsync(server);

            // As at a signal: first the server learns that it stops, then it closes its ports.
            server.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
            await Refusal.OfAsync(ErrorReason.NodeDraining, alice.Mesh.PushAsync(TestUser.Push("late")));
            await Refusal.OfAsync(ErrorReason.NodeDraining, alice.Mesh.GetAsync(new() { Key = "k" }));
            stopping = server.StopAsync();
            var refused = await Assert.ThrowsAsync<RpcException>(() => alice.PushAsync("later"));

            Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
            Assert.False(stopping.IsCompleted || inFlight.IsCompleted);
        }

        Assert.Equal(2, await inFlight);
        await stopping;
        await server.RestartAsync();
        Assert.Equal("1", await server.As("alice").ValueAsync("k"));
        Assert.Equal(["k"], await server.As("alice").KeysAsync());
    }

    [Fact]
    public async Task Terminate_WhileClientsPush_KeepsWhatWasAcknowledgedAndExitsWith0()
    {
        await using var store = await TestStore.CreateAsync();
        var acknowledged = 0;
        await using (var server = await ServerProcess.StartOnAsync(store))
        {
            await server.As("alice").PushAsync("first");
            var enough = new TaskCompletionSource();
            var pushing = Task.Run(async () =>
            {
                try
                {
                    while (true)
                    {
                        await server.As("alice").PushAsync($"k{acknowledged}");
                        if (++acknowledged == 50)
                        {
                            enough.SetResult();
                        }
                    }
                }
                catch (RpcException stopped)
                {
                    return stopped.StatusCode;
                }
            });
            Assert.Same(enough.Task, await Task.WhenAny(enough.Task, pushing));

            Assert.Equal(0, await server.TerminateAsync());
            Assert.Equal(StatusCode.Unavailable, await pushing);
        }

        if (!TestStore.PrefersPostgres)
        {
            Assert.False(File.Exists(Path.Combine(store.Folder, "users", "alice", "context.db-wal")), "The file was not closed in order.");
        }

        await using var again = await ServerProcess.StartOnAsync(store);
        Assert.Equal(acknowledged + 1, (await again.As("alice").PositionAsync()).Revision);
    }

    [Fact]
    public async Task Push_DeadlinePassesWhileItWaits_IsAnsweredSoAndNotCarriedOut()
    {
        await using var server = await TestServer.StartAsync();
        var alice = server.As("alice");
        await alice.PushAsync("k", "0");
        await using (await HeldTurn.TakeAsync(server, alice))
        {
            var late = await Assert.ThrowsAsync<RpcException>(
                () => alice.Mesh.PushAsync(
                    TestUser.Push("k", "1"), deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(200)).ResponseAsync);

            Assert.Equal(StatusCode.DeadlineExceeded, late.StatusCode);
            Assert.Equal("0", await alice.ValueAsync("k"));
        }

        Assert.Equal(2, await alice.PushAsync("control"));
        Assert.Equal("0", await alice.ValueAsync("k"));
    }

    [Fact]
    public async Task Push_CancelledWhileItWaits_IsNotCarriedOut()
    {
        await using var server = await TestServer.StartAsync();
        var alice = server.As("alice");
        await alice.PushAsync("k", "0");
        using var cancelling = new CancellationTokenSource();
        await using (await HeldTurn.TakeAsync(server, alice))
        {
            var push = alice.Mesh.PushAsync(TestUser.Push("k", "1"), cancellationToken: cancelling.Token);
            await HeldTurn.CallInFlightAsync(server);
            await cancelling.CancelAsync();

            Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => push.ResponseAsync)).StatusCode);
            // The connection delivers in order: when this call is answered, the server knows of the cancellation.
            Assert.Equal("0", await alice.ValueAsync("k"));
        }

        Assert.Equal(2, await alice.PushAsync("control"));
        Assert.Equal("0", await alice.ValueAsync("k"));
    }
}
