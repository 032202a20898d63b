using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Measuring;
using Syntha.Benchmarks.Processes;
using Syntha.Benchmarks.Results;
using Syntha.V1;

namespace Syntha.Benchmarks.Scenarios;

/// <summary>
/// Push and Get in a mesh of 100,000 items against one of 1,000, 128 in flight. With one key, the size of the mesh alone makes the
/// difference. With all keys in turn, 100 times as much memory and file is touched too.
/// </summary>
internal static class ItemsScenario
{
    private const int FewItems = 1_000;
    private const int ManyItems = 100_000;

    public static async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        await using var ours = await run.StartSynthaAsync(run.Scratch.NewPath("items"), cancellationToken);
        using var clients = new MeshClients(ours);
        var proof = await DurableProof.BeginAsync(run, ours, [UserOf(ManyItems), UserOf(FewItems)], cancellationToken);
        await FillAsync(clients, ManyItems, cancellationToken);
        await FillAsync(clients, FewItems, cancellationToken);

        var pairs = new List<(string What, Func<int, Contender> Of)>
        {
            ("Get, one key", items => OfOneKey("Get, one key", items, Get, run, ours, CheckAnswers)),
            ("Get, all keys", items => OfAllKeys("Get, all keys", items, Get, ours, CheckAnswers)),
            ("Durable Push, one key", items => OfOneKey("Push, one key", items, Push, run, ours, proof.CountAsync)),
            ("Durable Push, all keys", items => OfAllKeys("Push, all keys", items, Push, ours, proof.CountAsync)),
        };
        var measured = await InterleavedRounds.MeasureAsync(
            run, [.. pairs.SelectMany(pair => (Contender[])[pair.Of(ManyItems), pair.Of(FewItems)])], cancellationToken);
        await proof.ConfirmAsync(cancellationToken);

        foreach (var (pair, sides) in pairs.Zip(measured.Chunk(2)))
        {
            run.Add(new(
                $"{pair.What}, at {ManyItems:N0} items",
                Unit.PerSecond,
                sides[0],
                sides[1] with { Name = $"at {FewItems:N0}" },
                Target.RatioAtLeast(0.9)));
        }
    }

    private static string UserOf(int items) => $"user-of-{items}";

    private static GrpcRequest Get(string userId, int number) => MeshCalls.Get(userId, MeshCalls.Key(number));

    private static GrpcRequest Push(string userId, int number) =>
        MeshCalls.Push(userId, MeshCalls.Key(number), BenchmarkValue.Of(number));

    private static async Task FillAsync(MeshClients clients, int items, CancellationToken cancellationToken)
    {
        var entries = Enumerable.Range(0, items)
            .Select(number => new ItemWrite { Key = MeshCalls.Key(number), ValueJson = BenchmarkValue.Of(number) });
        await clients.FillAsync(UserOf(items), entries, cancellationToken);
        var stats = await clients.Mesh.GetStatsAsync(new(), MeshClients.As(UserOf(items), cancellationToken));
        if (stats.Stats.ActiveItems != items)
        {
            throw new BenchmarkException($"The mesh holds {stats.Stats.ActiveItems} items, not {items}.");
        }
    }

    private static Contender OfOneKey(
        string name,
        int items,
        Func<string, int, GrpcRequest> callOf,
        BenchmarkRun run,
        ServerProcess server,
        Func<Task<LoadResult>, Task<LoadResult>> check)
    {
        var call = callOf(UserOf(items), items / 2);
        return Contender.OfCalls(
            $"{name}, {items:N0} items",
            server,
            async (calls, token) =>
            {
                await run.Probe.ConfirmAsync(server.Address, call, token);
                return await check(run.H2Load.RunAsync(server.Address, call, LoadShape.Standard, calls, token));
            });
    }

    private static Contender OfAllKeys(
        string name,
        int items,
        Func<string, int, GrpcRequest> callOf,
        ServerProcess server,
        Func<Task<LoadResult>, Task<LoadResult>> check)
    {
        // The same number of prepared calls for few keys as for many, so that both sides have the same cache misses in the generator.
        var prepared = MeshCalls.OfKeys(ManyItems, number => callOf(UserOf(items), number % items));
        return Contender.OfCalls(
            $"{name}, {items:N0} items",
            server,
            (calls, token) => check(DistinctLoad.RunAsync(
                server.Address, LoadShape.Standard, calls, (_, ordinal) => prepared[ordinal % prepared.Length], token)));
    }

    private static async Task<LoadResult> CheckAnswers(Task<LoadResult> load)
    {
        var result = await load;
        if (result.AnswerBytes < result.Calls * BenchmarkValue.Bytes)
        {
            throw new BenchmarkException("Not every Get answered a value.");
        }

        return result;
    }
}
