using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Syntha.Server.Streams;
using Syntha.Server.Tests.Streams.Recording;

namespace Syntha.Server.Tests.Streams;

/// <summary>How streams end, and that they leave nothing behind.</summary>
public sealed class StreamEndTests
{
    private readonly Recorder recorder = new();

    [Fact]
    public async Task Shutdown_EndsEveryStreamWithAReasonAndAPositionToResumeAfter()
    {
        await using var server = await TestServer.StartAsync("--Server:DrainTimeout=00:00:30");
        var alice = server.As("alice");
        var streams = new List<TestSubscriber>();
        for (var n = 0; n < 20; n++)
        {
            streams.Add(new(recorder, new() { Agent = n % 2 == 0 ? null : "one" }));
            await streams[^1].OpenAsync(alice);
        }
        var last = await alice.PushAsync("k");
        foreach (var stream in streams)
        {
            Assert.True(await stream.ReadToAsync(last));
        }

        var stopping = server.StopAsync();
        foreach (var stream in streams)
        {
            await stream.ReadToEndAsync();
        }

        await stopping;

        Assert.All(streams, stream => Assert.Equal((EndingReason.Shutdown, last), (stream.Ending!.Reason, stream.Ending.Through.Revision)));
        Assert.All(streams, stream => Assert.Null(stream.Streams[0].Failure));
        await server.RestartAsync();
        alice = server.As("alice");
        last = await alice.PushAsync("later");
        foreach (var stream in streams)
        {
            await stream.ResumeAsync(alice);
            Assert.True(await stream.ReadToAsync(last));
            stream.Close();
        }
        recorder.Verify(server.ReadLog("alice"));
    }

    [Fact]
    public async Task Shutdown_WithAReaderThatTakesNothing_IsNotHeldUp()
    {
        await using var server = await TestServer.StartAsync("--Server:DrainTimeout=01:00:00");
        server.LastChance = FeedStreams.UsualLastChance;
        var alice = server.As("alice");
        await using var stalled = new TestSubscriber(recorder, new());
        await stalled.OpenAsync(alice);
        for (var n = 0; n < 100; n++)
        {
            await alice.PushAsync("k", $"\"{new string('x', 100_000)}\"");
        }
        // The stop would take an hour if it waited for the stream.
        await server.StopAsync();

        Assert.False(await stalled.ReadToAsync(100));
        await server.RestartAsync();
        await stalled.ResumeAsync(server.As("alice"));
        Assert.True(await stalled.ReadToAsync(100));
        stalled.Close();
        recorder.Verify(server.ReadLog("alice"));
    }

    [Fact]
    public async Task Subscribe_WhileTheServerStops_IsRefused()
    {
        await using var server = await TestServer.StartAsync();
        var alice = server.As("alice");
        await alice.PushAsync("k");
        await using (await HeldTurn.TakeAsync(server, alice))
        {
            // The call in flight keeps the connection open.
            var inFlight = alice.PushAsync("k");
            await HeldTurn.CallInFlightAsync(server);
            server.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
            var stream = alice.Mesh.Subscribe(new());
            Refusal.Of(
                ErrorReason.NodeDraining,
                await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(CancellationToken.None)));
            _ = inFlight;
        }
    }

    [Fact]
    public async Task Streams_BeyondTheUsersLimit_AreRefusedAndOthersAreNot()
    {
        await using var server = await TestServer.StartAsync("--Streams:MaxPerUser=3");
        var (alice, bob) = (server.As("alice"), server.As("bob"));
        var streams = Enumerable.Range(0, 3).Select(_ => new TestSubscriber(recorder, new())).ToList();
        foreach (var stream in streams)
        {
            await stream.OpenAsync(alice);
        }

        var refused = alice.Mesh.Subscribe(new());
        var refusal = Refusal.Of(
            ErrorReason.QuotaStreams,
            await Assert.ThrowsAsync<RpcException>(() => refused.ResponseStream.MoveNext(CancellationToken.None)));
        await using var bobs = new TestSubscriber(recorder, new());
        await bobs.OpenAsync(bob);

        Assert.Equal("3", refusal.Info.Metadata["limit"]);
        streams[0].Close();
        await NoStreamsAsync(server, 2, "alice");
        await streams[0].ResumeAsync(alice);
        streams.ForEach(stream => stream.Close());
    }

    [Fact]
    [Trait("Runs", "Once")]
    public async Task Mesh_LoadedAnewAfterAFault_EndsItsStreamsWhichResume()
    {
        await using var server = await TestServer.StartAsync();
        server.MayLogErrors = true;
        var alice = server.As("alice");
        await using var owner = new TestSubscriber(recorder, new());
        await owner.OpenAsync(alice);
        Assert.True(await owner.ReadToAsync(await recorder.PushAsync(alice, "k")));
        var file = Path.Combine(server.FolderOf("alice"), "context.db");
        // The test removes a table directly in the store: the commit fails half-way, and the mesh does not know what the store holds.
        StoreFile.Execute(file, "ALTER TABLE live RENAME TO gone");
        await Refusal.OfAsync(ErrorReason.StoreDown, alice.Mesh.PushAsync(TestUser.Push("k")));
        await owner.ReadToEndAsync();
        StoreFile.Execute(file, "ALTER TABLE gone RENAME TO live");

        Assert.Equal((EndingReason.Reloaded, 1), (owner.Ending!.Reason, owner.Ending.Through.Revision));
        await owner.ResumeAsync(alice);
        Assert.True(await owner.ReadToAsync(await recorder.PushAsync(alice, "k")));
        recorder.Verify(server.ReadLog("alice"));
    }

    // Only a test needs to know, so there is no event to wait for. Look again and again; the result does not depend on the pace.
    internal static async Task NoStreamsAsync(TestServer server, int count, string user)
    {
        var streams = server.Services.GetRequiredService<StreamCount>();
        while (streams.Of(Mesh.Names.UserIdRule.Default.Parse(user)) != count)
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }
}
