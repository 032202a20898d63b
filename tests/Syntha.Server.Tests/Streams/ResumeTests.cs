using System.Globalization;
using Syntha.Server.Tests.Streams.Recording;

namespace Syntha.Server.Tests.Streams;

/// <summary>The positions where a stream may start, and those where it may not.</summary>
public sealed class ResumeTests(SharedServer server)
{
    private readonly Recorder recorder = new();

    [Fact]
    public async Task Resume_AfterEachPosition_GoesOnWithTheNextRevision()
    {
        var alice = server.NewUser();
        for (var n = 1; n <= 10; n++)
        {
            await alice.PushAsync($"k{n % 3}", $"{n}");
        }

        var head = await alice.PositionAsync();
        for (var after = 0; after <= 10; after++)
        {
            await using var owner = new TestSubscriber(recorder, new());
            await owner.OpenAsync(alice, new() { After = new() { Epoch = head.Epoch, Revision = after } });
            Assert.True(await owner.ReadToAsync(10));

            Assert.Equal(Enumerable.Range(after + 1, 10 - after), owner.Changes.Select(change => (int)change.Revision));
        }
        Verify(alice);
    }

    [Fact]
    public async Task Resume_ManyTimesWhileOthersPush_SeesEachRevisionOnce()
    {
        var alice = server.NewUser();
        await using var owner = new TestSubscriber(recorder, new());
        await owner.OpenWithSnapshotAsync(alice);
        var pushing = Task.Run(async () =>
        {
            for (var n = 0; n < 400; n++)
            {
                await recorder.PushAsync(alice, $"k{n % 7}", $"{n}");
            }
        });
        var random = new Random(3);
        while (owner.Through is null || owner.Through.Revision < 400)
        {
            for (var read = random.Next(4); read >= 0; read--)
            {
                await owner.ReadAsync();
            }

            await owner.ResumeAsync(alice);
        }
        await pushing;

        Assert.Equal(400, (await alice.PositionAsync()).Revision);
        Verify(alice);
    }

    [Fact]
    public async Task Resume_InAnotherEpoch_IsRefused()
    {
        var (alice, bob) = (server.NewUser(), server.NewUser());
        await alice.PushAsync("k");
        await bob.PushAsync("k");

        await RefusedAsync(ErrorReason.EpochChanged, alice, await bob.PositionAsync());
        await RefusedAsync(ErrorReason.EpochChanged, alice, new());
        await using var control = new TestSubscriber(recorder, new());
        await control.OpenAsync(alice, new() { After = await alice.PositionAsync() });
    }

    [Theory]
    [InlineData(2)]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    public async Task Resume_AtARevisionThatIsNot_IsRefusedWithTheHead(long revision)
    {
        var alice = server.NewUser();
        await alice.PushAsync("k");
        var position = await alice.PositionAsync();
        position.Revision = revision;
        var refusal = await RefusedAsync(ErrorReason.RevisionInFuture, alice, position);

        Assert.Equal("1", refusal.Info.Metadata["head"]);
    }

    [Fact]
    public async Task Resume_BelowATrimmedLog_IsRefusedWithOldestAndHead()
    {
        // The audit trail would delay the trimming until it has caught up.
        await using var small = await TestServer.StartAsync("--Log:MaxChanges=10", "--Audit:Enabled=false");
        var alice = small.As("alice");
        await using var live = new TestSubscriber(recorder, new());
        await alice.PushAsync("kept", "\"old\"");
        var log = small.ReadLog("alice");
        await live.OpenAsync(alice);
        for (var n = 0; n < 100; n++)
        {
            await alice.PushAsync("k", $"{n}");
            log = small.ReadLog("alice").With(log);
        }
        var head = await alice.PositionAsync();
        Assert.True(await live.ReadToAsync(head.Revision));
        // The trimming that the last push left over is done after it.
        var oldest = 0L;
        while (oldest < head.Revision - 9)
        {
            await using var now = new TestSubscriber(recorder, new());
            await now.OpenAsync(alice);
            oldest = now.Established!.OldestRevision;
        }
        var refusal = await RefusedAsync(ErrorReason.HistoryCompacted, alice, new() { Epoch = head.Epoch, Revision = oldest - 2 });
        await using var resumed = new TestSubscriber(recorder, new());
        await resumed.OpenAsync(alice, new() { After = new() { Epoch = head.Epoch, Revision = oldest - 1 } });
        Assert.True(await resumed.ReadToAsync(head.Revision));

        Assert.InRange(oldest, head.Revision - 9, head.Revision - 8);
        Assert.Equal((Text(oldest), Text(head.Revision)), (refusal.Info.Metadata["oldest"], refusal.Info.Metadata["head"]));
        Assert.Equal("\"old\"", await alice.ValueAsync("kept"));
        recorder.Verify(log);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("--Log:MaxBytes=20000")]
    public async Task Resume_BelowALogOfFewBytes_IsRefused(string limit)
    {
        // The audit trail would delay the trimming until it has caught up.
        await using var small = await TestServer.StartAsync(limit, "--Audit:Enabled=false");
        var alice = small.As("alice");
        await alice.PushAsync("kept", "\"old\"");
        var first = await alice.PositionAsync();
        // The trimming that a push left over is done after it.
        var oldest = 1L;
        while (oldest <= first.Revision + 1)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await alice.PushAsync("k", $"\"{new string('x', 1_000)}\"");
            await using var now = new TestSubscriber(recorder, new());
            await now.OpenAsync(alice);
            oldest = now.Established!.OldestRevision;
        }
        await RefusedAsync(ErrorReason.HistoryCompacted, alice, first);
        await using var resumed = new TestSubscriber(recorder, new());
        await resumed.OpenAsync(alice, new() { After = await alice.PositionAsync() });

        Assert.Equal("\"old\"", await alice.ValueAsync("kept"));
    }

    private static async Task<Refusal> RefusedAsync(ErrorReason reason, TestUser user, Position after)
    {
        var stream = user.Mesh.Subscribe(new() { Start = new() { After = after } });
        return Refusal.Of(reason, await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(CancellationToken.None)));
    }

    private static string Text(long revision) => revision.ToString(CultureInfo.InvariantCulture);

    private void Verify(TestUser user) => recorder.Verify(server.ReadLog(user.Id));
}
