using Grpc.Net.Client;
using Syntha.Server.Tests.Streams.Recording;

namespace Syntha.Server.Tests.Streams;

/// <summary>Connections break and servers die in mid-stream. A subscriber that resumes has missed nothing and sees nothing twice.</summary>
[Trait("Soak", "Rounds")]
public sealed class BrokenConnectionTests(ITestOutputHelper output)
{
    // The effect of a break hardly depends on the engine: on the second engine a few breaks are enough.
    private static readonly int Cuts = TestStore.PrefersPostgres ? 60 : 300;
    private static readonly int Rounds = KillRounds.Or(TestStore.PrefersPostgres ? 4 : 12);

    private readonly Recorder recorder = new();

    [Fact]
    public async Task Cut_AtAnyByteHundredsOfTimes_LosesAndRepeatsNothing()
    {
        await using var server = await TestServer.StartAsync();
        var random = new Random(5);
        await using var proxy = new CuttingProxy(server.Grpc, () => random.Next(200, 6_000));
        var alice = server.As("alice");
        await alice.Mesh.RegisterAgentTopicsAsync(new() { Agent = "one", Topics = { "t" } });
        using var done = new CancellationTokenSource();
        var pushing = PushAsync(alice, recorder, done.Token);

        await using var one = new TestSubscriber(recorder, new() { Agent = "one" });
        while (proxy.Cuts < Cuts)
        {
            using var channel = Connect(proxy.Address);
            var user = new TestUser(channel, "alice");
            one.Begin(user, one.Through is { } through ? new() { After = through } : new() { Snapshot = new() });
            await one.ReadToEndAsync();
        }
        await done.CancelAsync();
        await pushing;
        await one.ResumeAsync(alice);
        Assert.True(await one.ReadToAsync((await alice.PositionAsync()).Revision));

        var live = one.Streams.Count(stream => stream.Received.Count > 0);
        output.WriteLine($"{proxy.Cuts} cuts, {one.Changes.Count()} changes, {live} streams that got going");
        recorder.Verify(server.ReadLog("alice"));
        Assert.Equal(await alice.ItemsAsync("one"), one.Fold());
    }

    [Fact]
    public async Task Kill_InMidStream_LosesAndRepeatsNothing()
    {
        await using var store = await TestStore.CreateAsync();
        await using var owner = new TestSubscriber(recorder, new());
        await using var one = new TestSubscriber(recorder, new() { Agent = "one", Topics = ["t"], IsRegistering = true });
        var random = new Random(6);
        for (var round = 0; round < Rounds; round++)
        {
            await using var server = await ServerProcess.StartOnAsync(store);
            var alice = server.As("alice");
            using var done = new CancellationTokenSource();
            await owner.ResumeAsync(alice);
            await one.ResumeAsync(alice);
            var pushing = PushAsync(alice, recorder, done.Token);
            // The kill comes after a number of messages, not after a time.
            for (var read = random.Next(1, 40); read > 0; read--)
            {
                await owner.ReadAsync();
            }

            await server.KillAsync();
            await Task.WhenAll(owner.ReadToEndAsync(), one.ReadToEndAsync(), pushing);
        }
        await using var last = await ServerProcess.StartOnAsync(store);
        var head = (await last.As("alice").PositionAsync()).Revision;
        await owner.ResumeAsync(last.As("alice"));
        await one.ResumeAsync(last.As("alice"));
        Assert.True(await owner.ReadToAsync(head) && await one.ReadToAsync(head));

        output.WriteLine(
            $"{Rounds} rounds, {recorder.Writes.Count()} writes acknowledged, head {head}, {owner.Changes.Count()} changes to the owner");
        recorder.Verify(store.ReadLog("alice"));
        Assert.Equal(await last.As("alice").ItemsAsync(null), owner.Fold());
    }

    private static GrpcChannel Connect(Uri address) => GrpcChannel.ForAddress(address, new() { MaxReceiveMessageSize = 4 * 1024 * 1024 });

    // Writes until it is told to stop or the server has died.
    private static async Task PushAsync(TestUser user, Recorder recorder, CancellationToken done)
    {
        try
        {
            for (var n = 0; !done.IsCancellationRequested; n++)
            {
                var (key, value) = ($"k{n % 5}", $"\"{new string('x', n % 300)}{n}\"");
                if (n % 7 == 3)
                {
                    await recorder.PushManyAsync(user, [Entry("m1", n), Entry("m2", n), Entry("m3", n)]);
                }
                else
                {
                    await recorder.PushAsync(user, key, value, topics: n % 3 == 0 ? [] : n % 3 == 1 ? ["t"] : ["u"]);
                }
            }
        }
        catch (RpcException died) when (died.StatusCode is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Unknown)
        {
        }
    }

    private static ItemWrite Entry(string key, int n) => new() { Key = key, ValueJson = $"{n}", Topics = { n % 2 == 0 ? "t" : "u" } };
}
