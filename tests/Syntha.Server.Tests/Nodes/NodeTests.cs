using Syntha.Server.Tests.Streams.Recording;

namespace Syntha.Server.Tests.Nodes;

/// <summary>
/// Several servers on one PostgreSQL: a promise that holds on one node holds on all of them. The nodes know nothing of each other.
/// </summary>
[Trait("Runs", "Once")]
public sealed class NodeTests
{
    private readonly Recorder recorder = new();

    [Fact]
    public async Task Read_OnAnyNode_SeesWhatWasAcknowledgedOnAnother()
    {
        await using var nodes = await NodeGroup.StartAsync(3);
        var random = new Random(1);
        for (var n = 1; n <= 200; n++)
        {
            Assert.Equal(n, await nodes.As("alice", random.Next(3)).PushAsync($"k{n % 5}", $"{n}"));
            var reader = nodes.As("alice", random.Next(3));

            Assert.Equal($"{n}", await reader.ValueAsync($"k{n % 5}"));
            Assert.Equal(n, (await reader.PositionAsync()).Revision);
        }
    }

    [Fact]
    public async Task Read_OfAUserThatAnotherNodeHasMade_FindsIt()
    {
        await using var nodes = await NodeGroup.StartAsync(2);
        Assert.Null(await nodes.As("alice", 1).ValueAsync("k"));
        await nodes.As("alice", 0).PushAsync("k", "1");

        Assert.Equal("1", await nodes.As("alice", 1).ValueAsync("k"));
    }

    [Fact]
    public async Task Writes_OnAllNodesAtOnce_HaveRevisionsWithoutGapOrRepeat()
    {
        await using var nodes = await NodeGroup.StartAsync(3);
        var revisions = await Task.WhenAll(Enumerable.Range(0, 3).SelectMany(node => Enumerable.Range(0, 8).Select(async client =>
        {
            var mine = new List<long>();
            for (var n = 0; n < 25; n++)
            {
                mine.Add(await nodes.As("alice", node).PushAsync($"{client % 4}", $"{n}"));
            }

            return mine;
        })));

        Assert.Equal(Enumerable.Range(1, 600).Select(n => (long)n), revisions.SelectMany(mine => mine).Order());
        Assert.All(revisions, mine => Assert.Equal(mine.Order(), mine));
    }

    [Fact]
    public async Task Guard_OnTwoNodesAtOnce_LetsOneThrough()
    {
        await using var nodes = await NodeGroup.StartAsync(2);
        var value = 0L;
        await nodes.As("alice", 0).PushAsync("counter", "0");
        // A counter by compare-and-set: no increment may be lost.
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async client =>
        {
            for (var n = 0; n < 20; n++)
            {
                var user = nodes.As("alice", client % 2);
                while (true)
                {
                    var item = (await user.FindAsync("counter"))!;
                    try
                    {
                        var next = $"{long.Parse(item.ValueJson, null) + 1}";
                        await user.Mesh.PushAsync(new() { Item = new() { Key = "counter", ValueJson = next, IfRevision = item.Revision } });
                        Interlocked.Increment(ref value);
                        break;
                    }
                    catch (RpcException taken) when (taken.StatusCode == StatusCode.Aborted)
                    {
                    }
                }
            }
        }));

        Assert.Equal(120, value);
        Assert.Equal("120", await nodes.As("alice", 1).ValueAsync("counter"));
    }

    [Fact]
    public async Task RequestId_RepeatedOnAnotherNode_AnswersTheSame()
    {
        await using var nodes = await NodeGroup.StartAsync(2);
        var push = TestUser.Push("k");
        push.RequestId = Guid.CreateVersion7().ToString();
        var first = await nodes.As("alice", 0).Mesh.PushAsync(push);
        await nodes.As("alice", 0).PushAsync("other");
        var second = await nodes.As("alice", 1).Mesh.PushAsync(push);

        Assert.Equal((false, 1, true, 1), (first.Replayed, first.Position.Revision, second.Replayed, second.Position.Revision));
    }

    [Fact]
    public async Task Stream_OnOneNode_TellsWhatIsPushedOnAnotherAndResumesOnAThird()
    {
        await using var nodes = await NodeGroup.StartAsync(3);
        await nodes.As("alice", 2).Mesh.RegisterAgentTopicsAsync(new() { Agent = "one", Topics = { "t" } });
        await using var one = new TestSubscriber(recorder, new() { Agent = "one" });
        await one.OpenAsync(nodes.As("alice", 1));
        for (var n = 0; n < 60; n++)
        {
            var last = await recorder.PushAsync(nodes.As("alice", n % 3), $"k{n % 5}", $"{n}", topics: [n % 4 == 0 ? "u" : "t"]);
            if (n == 30)
            {
                await nodes.As("alice", 0).Mesh.RegisterAgentTopicsAsync(new() { Agent = "one", Topics = { "t", "u" } });
            }
            // Directly after the acknowledgement: the subscriber's position may be new to the node that it turns to.
            if (n % 5 == 4)
            {
                Assert.True(await one.ReadToAsync(last));
                await one.ResumeAsync(nodes.As("alice", n % 3));
            }
        }
        Assert.True(await one.ReadToAsync((await nodes.As("alice", 0).PositionAsync()).Revision));

        Assert.Equal(1, one.Resets);
        recorder.Verify(nodes.Store.ReadLog("alice"));
    }

    [Fact]
    public async Task Expiry_OnAllNodesWithStreams_IsLoggedOnce()
    {
        await using var nodes = await NodeGroup.StartAsync(3);
        var streams = Enumerable.Range(0, 3).Select(_ => new TestSubscriber(recorder, new())).ToList();
        for (var node = 0; node < 3; node++)
        {
            await streams[node].OpenAsync(nodes.As("alice", node));
        }

        for (var n = 0; n < 10; n++)
        {
            await nodes.As("alice", n % 3).PushAsync($"k{n}", ttl: TimeSpan.FromMilliseconds(30 + (n * 5)));
        }
        // Ten items were created and ten expired, in one command each or several together.
        foreach (var stream in streams)
        {
            while (stream.Changes.Count(change => change.Kind == ChangeKind.Expired) < 10)
            {
                Assert.NotNull(await stream.ReadAsync());
            }
        }
        var head = await nodes.As("alice", 0).PushAsync("end");
        foreach (var stream in streams)
        {
            Assert.True(await stream.ReadToAsync(head));
        }

        Assert.Equal(10, nodes.Store.ReadLog("alice").Rows.Count(row => row.Kind == 4));
        recorder.Verify(nodes.Store.ReadLog("alice"));
        streams.ForEach(stream => stream.Close());
    }

    [Fact]
    public async Task Log_TrimmedByAnotherNode_IsKnownHere()
    {
        await using var nodes = await NodeGroup.StartAsync(2, "--Log:MaxChanges=10", "--Audit:Enabled=false");
        var (first, second) = (nodes.As("alice", 0), nodes.As("alice", 1));
        await second.PushAsync("k");
        var start = await second.PositionAsync();
        for (var n = 0; n < 100; n++)
        {
            await first.PushAsync("k", $"{n}");
        }

        var stream = second.Mesh.Subscribe(new() { Start = new() { After = start } });

        Refusal.Of(
            ErrorReason.HistoryCompacted,
            await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(CancellationToken.None)));
        Assert.Equal("99", await second.ValueAsync("k"));
        Assert.Equal(102, await second.PushAsync("k"));
    }
}
