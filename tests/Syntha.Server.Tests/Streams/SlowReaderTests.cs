using Syntha.Server.Tests.Streams.Recording;

namespace Syntha.Server.Tests.Streams;

/// <summary>
/// Readers that stop reading delay no one and lose nothing. The server lets one go only when a message is stuck for too long.
/// </summary>
public sealed class SlowReaderTests
{
    private static readonly string Large = $"\"{new string('x', 100_000)}\"";
    private static readonly string Larger = $"\"{new string('x', 1_000_000)}\"";

    private readonly Recorder recorder = new();

    [Theory]
    [InlineData("the defaults")]
    [InlineData("one of everything", "--Streams:RecentCommands=1", "--Streams:PageChanges=1", "--Streams:PageBytes=1")]
    [InlineData("two of everything", "--Streams:RecentCommands=2", "--Streams:PageChanges=2", "--Streams:RecentBytes=2")]
    public async Task Reader_ThatStopsReading_HoldsUpNobodyAndLosesNothing(string queues, params string[] settings)
    {
        Assert.NotEmpty(queues);
        await using var server = await TestServer.StartAsync(settings);
        var (alice, bob) = (server.As("alice"), server.As("bob"));
        await using var stalled = new TestSubscriber(recorder, new());
        await using var live = new TestSubscriber(recorder, new());
        var ofBob = new Recorder();
        await using var bobs = new TestSubscriber(ofBob, new());
        await stalled.OpenAsync(alice);
        await live.OpenAsync(alice);
        await bobs.OpenAsync(bob);
        // Far more than the windows and buffers on the way hold, so the stalled stream's messages are stuck.
        for (var n = 0; n < 100; n++)
        {
            var revision = await recorder.PushAsync(alice, $"k{n % 9}", Large);
            Assert.True(await live.ReadToAsync(revision));
            Assert.True(await bobs.ReadToAsync(await ofBob.PushAsync(bob, "k")));
        }
        Assert.True(await stalled.ReadToAsync(100));

        recorder.Verify(server.ReadLog("alice"));
        ofBob.Verify(server.ReadLog("bob"));
        Assert.Equal(100, stalled.Changes.Count());
    }

    [Fact]
    public async Task Reader_StuckForTooLong_IsLetGoWithAReasonAndResumes()
    {
        await using var server = await TestServer.StartAsync("--Streams:StuckWriteTimeout=00:00:01");
        var alice = server.As("alice");
        await using var stalled = new TestSubscriber(recorder, new());
        await stalled.OpenAsync(alice);
        for (var n = 0; n < 100; n++)
        {
            await recorder.PushAsync(alice, $"k{n % 9}", Large);
        }

        while (!server.Log.Lines.Any(line => line.Contains("its reader took nothing for 1 s", StringComparison.Ordinal)))
        {
            await Task.Delay(10, TestContext.Current.CancellationToken); // only the log tells that the server has given up
        }

        Assert.False(await stalled.ReadToAsync(100));
        Refusal.Of(ErrorReason.SlowConsumer, stalled.Streams[0].Failure!);
        // This may happen more than once when a busy machine stands still for a second. Then the server lets this reader go too, without
        // its fault.
        var hasArrived = false;
        for (var attempt = 0; attempt < 20 && !hasArrived; attempt++)
        {
            stalled.Begin(alice, new() { After = stalled.Through! });
            hasArrived = await stalled.ReadToAsync(100);
        }
        Assert.True(hasArrived);

        recorder.Verify(server.ReadLog("alice"));
    }

    [Fact]
    public async Task Reader_ThatStopsReading_IsShownBehindInItsSession()
    {
        await using var server = await TestServer.StartAsync(OperatorKey.Setting, "--Streams:StuckWriteTimeout=01:00:00");
        var (alice, bob) = (await server.WithKeyAsync("alice"), await server.WithKeyAsync("bob"));
        await using var stalled = new TestSubscriber(recorder, new());
        var ofBob = new Recorder();
        await using var live = new TestSubscriber(ofBob, new());
        await stalled.OpenAsync(alice);
        await live.OpenAsync(bob);
        for (var n = 0; n < 100; n++)
        {
            await recorder.PushAsync(alice, $"k{n % 9}", Large);
            Assert.True(await live.ReadToAsync(await ofBob.PushAsync(bob, $"k{n % 9}", Large)));
        }

        var sessions = (await server.Operator(OperatorKey.Secret).ListSessionsAsync(new())).Sessions;
        var stats = await server.Operator(OperatorKey.Secret).GetUserStatsAsync(new() { UserId = "alice" });

        Assert.InRange(Assert.Single(sessions, session => session.UserId == "alice").StreamLag, 1, 100);
        Assert.Equal(0, Assert.Single(sessions, session => session.UserId == "bob").StreamLag);
        Assert.InRange(Assert.Single(stats.Sessions).StreamLag, 1, 100);

        Assert.True(await stalled.ReadToAsync(100));
        var after = await server.Operator(OperatorKey.Secret).GetUserStatsAsync(new() { UserId = "alice" });
        Assert.Equal(0, Assert.Single(after.Sessions).StreamLag);
    }

    [Fact]
    public async Task Readers_WhoseMessagesAreTooMuchTogether_LoseTheOneThatWaitedLongest_AndItResumes()
    {
        await using var server = await TestServer.StartAsync("--Streams:StuckWriteTimeout=01:00:00", "--Streams:StuckBytes=4194304");
        var (alice, bob) = (server.As("alice"), server.As("bob"));
        var ofBob = new Recorder();
        await using var bobs = new TestSubscriber(ofBob, new());
        await bobs.OpenAsync(bob);
        var readers = new List<TestSubscriber>();
        for (var n = 0; n < 8; n++)
        {
            readers.Add(new(recorder, new()));
            await readers[n].OpenAsync(alice);
        }

        for (var n = 0; n < 8; n++)
        {
            await recorder.PushAsync(alice, $"k{n}", Larger);
            await ofBob.PushAsync(bob, $"k{n}", Larger);
        }

        // A stream that goes on has room again when another one has ended, so all but the ones that gave way arrive.
        var ended = 0;
        foreach (var reader in readers)
        {
            if (!await reader.ReadToAsync(8))
            {
                ended++;
                // It is reset, because a status would wait behind the message that its reader does not take.
                Assert.Equal(StatusCode.Internal, reader.Streams[0].Failure!.StatusCode);
                reader.Begin(alice, new() { After = reader.Through! });
                Assert.True(await reader.ReadToAsync(8));
            }
        }

        Assert.InRange(ended, 1, readers.Count - 1);
        Assert.Contains(server.Log.Lines, line => line.Contains("has waited longest", StringComparison.Ordinal));
        Assert.True(await bobs.ReadToAsync(8));
        Assert.Single(bobs.Streams);
        recorder.Verify(server.ReadLog("alice"));
        foreach (var reader in readers)
        {
            await reader.DisposeAsync();
        }
    }

    [Fact]
    public async Task Reader_ThatPausesWithinTheTime_IsNotLetGo()
    {
        await using var server = await TestServer.StartAsync("--Streams:StuckWriteTimeout=01:00:00");
        var alice = server.As("alice");
        await using var paused = new TestSubscriber(recorder, new() { Heartbeat = TimeSpan.FromSeconds(1) });
        await paused.OpenAsync(alice);
        var last = 0L;
        for (var n = 0; n < 100; n++)
        {
            last = await recorder.PushAsync(alice, "k", Large);
        }

        Assert.True(await paused.ReadToAsync(last));

        Assert.Single(paused.Streams);
        recorder.Verify(server.ReadLog("alice"));
    }

    [Fact]
    public async Task Log_TrimmedBelowAReader_TellsItSo()
    {
        await using var server = await TestServer.StartAsync(
            "--Log:MaxChanges=20", "--Audit:Enabled=false", "--Streams:RecentCommands=2", "--Streams:PageChanges=1");
        var alice = server.As("alice");
        await alice.PushAsync("first");
        var log = server.ReadLog("alice");
        await using var stalled = new TestSubscriber(recorder, new());
        await stalled.OpenWithSnapshotAsync(alice);
        for (var n = 0; n < 200; n++)
        {
            await recorder.PushAsync(alice, $"k{n % 9}", Large);
            if (n % 10 == 0)
            {
                log = server.ReadLog("alice").With(log);
            }
        }
        Assert.False(await stalled.ReadToAsync(201));
        var refusal = Refusal.Of(ErrorReason.HistoryCompacted, stalled.Streams[0].Failure!);

        Assert.Equal("201", refusal.Info.Metadata["head"]);
        Assert.True(
            long.Parse(refusal.Info.Metadata["oldest"], System.Globalization.CultureInfo.InvariantCulture) > stalled.Through!.Revision + 1);
        recorder.Verify(server.ReadLog("alice").With(log));
    }

    [Fact]
    public async Task Log_TrimmedDuringReplays_IsReadWholeOrRefused()
    {
        await using var server = await TestServer.StartAsync(
            "--Log:MaxChanges=200", "--Audit:Enabled=false", "--Streams:RecentCommands=2", "--Streams:PageChanges=20");
        var alice = server.As("alice");
        await alice.PushAsync("first");
        var log = server.ReadLog("alice");
        var epoch = (await alice.PositionAsync()).Epoch;
        var pushing = Task.Run(async () =>
        {
            for (var n = 0; n < 3_000; n++)
            {
                await recorder.PushAsync(alice, $"k{n % 9}", $"{n}");
                if (n % 100 == 0)
                {
                    log = server.ReadLog("alice").With(log);
                }
            }
        });
        var (whole, refused, random) = (0, 0, new Random(8));
        while (!pushing.IsCompleted)
        {
            await using var replay = new TestSubscriber(recorder, new() { Heartbeat = TimeSpan.FromSeconds(60) });
            var head = (await alice.PositionAsync()).Revision;
            replay.Begin(alice, new() { After = new() { Epoch = epoch, Revision = Math.Max(0, head - random.Next(150, 260)) } });
            if (await replay.ReadToAsync(head))
            {
                whole++;
            }
            else
            {
                refused += Refusal.Of(ErrorReason.HistoryCompacted, replay.Streams[0].Failure!) is null ? 0 : 1;
            }
        }
        await pushing;

        Assert.True(whole > 0 && refused > 0, $"{whole} whole, {refused} refused: both were to be seen");
        recorder.Verify(server.ReadLog("alice").With(log));
    }
}
