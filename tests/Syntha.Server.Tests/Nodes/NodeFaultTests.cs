using Syntha.Server.Tests.Streams.Recording;

namespace Syntha.Server.Tests.Nodes;

/// <summary>
/// Three nodes as processes, with writers and subscribers on all of them. One node is killed or hangs, or the database fails. Acknowledged
/// writes are there, and a subscriber that resumes on any node misses nothing and sees nothing twice.
/// </summary>
[Trait("Runs", "Once")]
public sealed class NodeFaultTests(ITestOutputHelper output)
{
    // Each node is the victim once, and each subscriber resumes on each of them. A fault of the database server gets one more round, to
    // read it after its fall.
    private const int Nodes = 3;

    private readonly Recorder recorder = new();

    public static TheoryData<string> Faults { get; } = new(NodeFault.All.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Streams_OnNodesThatFail_LoseAndRepeatNothing(string fault)
    {
        var rounds = fault == NodeFault.ToTheServer ? Nodes + 1 : Nodes;
        await using var nodes = await NodeProcesses.StartAsync(Nodes, ownCluster: fault == NodeFault.ToTheServer);
        await nodes.UntilAvailableAsync(
            0, alice => alice.Mesh.RegisterAgentTopicsAsync(new() { Agent = "one", Topics = { "t" } }).ResponseAsync);
        var subscribers = Enumerable.Range(0, 3)
            .Select(n => new TestSubscriber(recorder, new() { Agent = n == 0 ? "one" : null }))
            .ToList();
        using var done = new CancellationTokenSource();
        var writing = Enumerable.Range(0, 3).Select(n => WriteAsync(nodes, n, done.Token)).ToList();
        for (var round = 0; round < rounds; round++)
        {
            for (var n = 0; n < 3; n++)
            {
                // Take the next node: every resume is on another node than the stream before.
                await TryResumeAsync(subscribers[n], nodes, n + round);
                for (var read = 0; read < 10; read++)
                {
                    await subscribers[n].ReadAsync();
                }
            }
            await NodeFault.All[fault](nodes, round);
        }
        await done.CancelAsync();
        await Task.WhenAll(writing);
        var head = await nodes.UntilAvailableAsync(0, async user => (await user.PositionAsync()).Revision);
        for (var n = 0; n < 3; n++)
        {
            // The stream may break once more before it gets there.
            do
            {
                await TryResumeAsync(subscribers[n], nodes, n + 1);
            }
            while (!await subscribers[n].ReadToAsync(head));
            subscribers[n].Close();
        }

        output.WriteLine($"{recorder.Writes.Count()} writes acknowledged, head {head}");
        Assert.True(recorder.Writes.Count() > 30, "Hardly anything was written.");
        recorder.Verify(nodes.ReadLog("alice"));
    }

    private static async Task TryResumeAsync(TestSubscriber subscriber, NodeProcesses nodes, int first)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await subscriber.ResumeAsync(nodes[first + attempt].As("alice"));
                return;
            }
            catch (RpcException unavailable) when (unavailable.StatusCode == StatusCode.Unavailable)
            {
            }
        }
    }

    private async Task WriteAsync(NodeProcesses nodes, int node, CancellationToken done)
    {
        for (var n = 0; !done.IsCancellationRequested; n++)
        {
            try
            {
                await recorder.PushAsync(nodes[node].As("alice"), $"{node}/{n % 4}", $"{n}", topics: [n % 2 == 0 ? "t" : "u"]);
            }
            catch (RpcException failed) when (
                failed.StatusCode is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Unknown or StatusCode.Cancelled)
            {
                // The client does not know whether the write was carried out; the log does. A node that is down answers at once, so ask it
                // less often.
                await Task.Delay(20, CancellationToken.None);
            }
            catch (ObjectDisposedException)
            {
                // The node was killed and its channel is gone. The next call uses the node that replaced it.
                await Task.Yield();
            }
        }
    }
}
