using Syntha.Client;
using Syntha.Server.Tests.Streams.Recording;

namespace Syntha.Server.Tests.Streams;

/// <summary>
/// The .NET client's subscriptions and views, while connections break and servers die. The log is their judge, as for every stream.
/// </summary>
[Trait("Soak", "Rounds")]
public sealed class ClientStreamTests(ITestOutputHelper output)
{
    // The effect of a break hardly depends on the engine: on the second engine a few breaks are enough.
    private static readonly int Cuts = TestStore.PrefersPostgres ? 40 : 200;
    private static readonly int Rounds = KillRounds.Or(TestStore.PrefersPostgres ? 3 : 8);

    private readonly Recorder recorder = new();

    [Fact]
    public async Task Subscription_CutAtAnyByteHundredsOfTimes_LosesAndRepeatsNothing()
    {
        await using var server = await TestServer.StartAsync();
        var random = new Random(11);
        await using var proxy = new CuttingProxy(server.Grpc, () => random.Next(200, 6_000));
        var alice = server.As("alice");
        await alice.Mesh.RegisterAgentTopicsAsync(new() { Agent = "one", Topics = { "t" } });
        await using var client = Connect(proxy.Address);
        var one = new ClientSubscriber(recorder, new() { Agent = "one" });
        var resets = 0;
        await using (var events = client.ForUser("alice").SubscribeAsync(
            new()
            {
                Start = SubscriptionStart.Snapshot,
                RetryDelay = TimeSpan.FromMilliseconds(1),
                MaxRetryDelay = TimeSpan.FromMilliseconds(2),
            },
            "one",
            TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken))
        {
            for (var n = 0; proxy.Cuts < Cuts; n++)
            {
                var topics = n % 3 == 0 ? [] : n % 3 == 1 ? ["t"] : new[] { "u" };
                var revision = await recorder.PushAsync(alice, $"k{n % 5}", $"\"{n}{new string('x', n % 700)}\"", topics);
                if (n % 500 == 400)
                {
                    await alice.Mesh.RegisterAgentTopicsAsync(new() { Agent = "one", Topics = { n % 1000 == 400 ? "u" : "t" } });
                    resets++;
                }
                if (n % 10 == 0)
                {
                    revision = await recorder.PushAsync(alice, "all", $"{n}");
                }

                if (n % 10 == 0)
                {
                    await one.ReadToAsync(events, () => revision);
                }
            }
            var last = await alice.PushAsync("all", "-1");
            await one.ReadToAsync(events, () => last);
        }

        output.WriteLine($"{proxy.Cuts} cuts, {one.Connections} connections, {one.Resets} resets");
        Assert.InRange(one.Resets, 0, resets);
        recorder.Verify(server.ReadLog("alice"));
        Assert.Equal(await alice.ItemsAsync("one"), one.Items);
    }

    [Fact]
    public async Task View_ServerKilledAgainAndAgain_IsCurrentInTheEnd()
    {
        await using var store = await TestStore.CreateAsync();
        await using var proxy = new CuttingProxy(new("http://127.0.0.1:1"), () => -1);
        await using var client = Connect(proxy.Address);
        var one = new ClientSubscriber(recorder, new());
        await using var events = client.ForUser("alice").SubscribeAsync(
            new()
            {
                Start = SubscriptionStart.Snapshot,
                MaxRetryDelay = TimeSpan.FromMilliseconds(20),
                RetryDelay = TimeSpan.FromMilliseconds(5),
            },
            cancellationToken: TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        ContextView? view = null;
        for (var round = 0; round < Rounds; round++)
        {
            await using var server = await ServerProcess.StartOnAsync(store);
            proxy.Target = server.Grpc;
            var alice = server.As("alice");
            view ??= await client.ForUser("alice").OpenViewAsync(
                new() { MaxRetryDelay = TimeSpan.FromMilliseconds(20), RetryDelay = TimeSpan.FromMilliseconds(5) },
                cancellationToken: TestContext.Current.CancellationToken);
            var last = 0L;
            for (var n = 0; n < 20; n++)
            {
                last = await recorder.PushAsync(alice, $"k{n % 7}", $"\"{round}/{n}\"");
            }

            await one.ReadToAsync(events, () => last);
            for (var n = 0; n < 5; n++)
            {
                await recorder.PushAsync(alice, $"k{n}", $"\"{round}/unread {n}\"");
            }

            await server.KillAsync();
        }
        await using var latest = await ServerProcess.StartOnAsync(store);
        proxy.Target = latest.Grpc;
        var head = await latest.As("alice").PushAsync("end");
        await one.ReadToAsync(events, () => head);
        var seen = await view!.WaitForAsync(new(one.Through!.Value.Epoch, head), TestContext.Current.CancellationToken);

        var listed = await latest.As("alice").ItemsAsync(null);
        Assert.Equal(listed, one.Items);
        Assert.Equal(listed, new(seen.ToDictionary(pair => pair.Key, pair => pair.Value.ValueJson), StringComparer.Ordinal));
        Assert.True(one.Connections >= Rounds, $"{one.Connections} connections in {Rounds} rounds");
        recorder.Verify(store.ReadLog("alice"));
        await view.DisposeAsync();
    }

    private static SynthaClient Connect(Uri address) => new(new SynthaClientOptions
    {
        Address = address.ToString(),
        CallTimeout = TimeSpan.FromMinutes(2),
        RetryDelay = TimeSpan.FromMilliseconds(5),
        MaxRetryDelay = TimeSpan.FromMilliseconds(20),
    });
}
