using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Measuring;
using Syntha.Benchmarks.Processes;
using Syntha.Benchmarks.Results;
using Syntha.V1;

namespace Syntha.Benchmarks.Scenarios;

/// <summary>Push and Get in a mesh of 100,000 items against one of 1,000, over all of their keys, 128 in flight.</summary>
internal static class ItemsScenario
{
    private const int FewItems = 1_000;
    private const int ManyItems = 100_000;
    private static readonly Target SameRate = Target.RatioAtLeast(0.9);

    public static async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        await using var ours = await run.StartSynthaAsync(run.Scratch.NewPath("items"), cancellationToken);
        using var clients = new MeshClients(ours);
        var proof = await DurableProof.BeginAsync(run, ours, [UserOf(FewItems), UserOf(ManyItems)], cancellationToken);
        foreach (var items in (int[])[FewItems, ManyItems])
        {
            var entries = Enumerable.Range(0, items)
                .Select(number => new PushManyEntry { Key = MeshCalls.Key(number), ValueJson = BenchmarkValue.Of(number) });
            await clients.FillAsync(UserOf(items), entries, cancellationToken);
            var stats = await clients.Mesh.GetStatsAsync(new(), MeshClients.As(UserOf(items), cancellationToken));
            if (stats.ActiveItems != items)
                throw new BenchmarkException($"The mesh holds {stats.ActiveItems} items, not {items}.");
        }

        var measured = await InterleavedRounds.MeasureAsync(
            run,
            [Gets(ours, ManyItems), Gets(ours, FewItems), Pushes(proof, ours, ManyItems), Pushes(proof, ours, FewItems)],
            cancellationToken);
        await proof.ConfirmAsync(cancellationToken);
        run.Add(new($"Get at {ManyItems:N0} items", Unit.PerSecond, measured[0], measured[1], SameRate));
        run.Add(new($"Durable Push at {ManyItems:N0} items", Unit.PerSecond, measured[2], measured[3], SameRate));
    }

    private static string UserOf(int items) => $"user-of-{items}";

    private static Contender Gets(ServerProcess server, int items)
    {
        var keys = MeshCalls.OfKeys(items, number => MeshCalls.Get(UserOf(items), MeshCalls.Key(number)));
        return Contender.OfCalls($"Get, {items:N0} items", async (calls, token) =>
        {
            var result = await DistinctLoad.RunAsync(
                server.Address, LoadShape.Standard, calls, (_, ordinal) => keys[ordinal % items], token);
            if (result.AnswerBytes < (long)calls * BenchmarkValue.Bytes)
                throw new BenchmarkException("Not every Get answered a value.");
            return result;
        });
    }

    private static Contender Pushes(DurableProof proof, ServerProcess server, int items)
    {
        var keys = MeshCalls.OfKeys(items, number => MeshCalls.Push(UserOf(items), MeshCalls.Key(number), BenchmarkValue.Of(number)));
        return Contender.OfCalls($"Push, {items:N0} items", (calls, token) => proof.CountAsync(
            DistinctLoad.RunAsync(server.Address, LoadShape.Standard, calls, (_, ordinal) => keys[ordinal % items], token)));
    }
}
