using Syntha.Benchmarks.Baselines;
using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Measuring;
using Syntha.Benchmarks.Results;

namespace Syntha.Benchmarks.Scenarios;

/// <summary>
/// Durable pushes of one user, 128 in flight, against raw commits and the empty RPC. h2load can push one key only, which favours a group
/// commit that merges writes of a key. So pushes of distinct keys are measured too, and once more with the request ids that clients send.
/// </summary>
internal static class PushScenario
{
    private const int DistinctKeys = 10_000;
    private const string OneKeyUser = "one-key";
    private const string KeysUser = "many-keys";
    private const string IdsUser = "request-ids";

    public static async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        await using var bare = await run.StartBareAsync(cancellationToken);
        await using var ours = await run.StartSynthaAsync(run.Scratch.NewPath("push"), cancellationToken);
        using var raw = new RawCommits(run.Scratch.NewPath("raw"), fileCount: 1);
        var proof = await DurableProof.BeginAsync(run, ours, [OneKeyUser, KeysUser, IdsUser], cancellationToken);

        var oneKey = MeshCalls.Push(OneKeyUser, "item", BenchmarkValue.Json);
        var keys = MeshCalls.OfKeys(DistinctKeys, number => MeshCalls.Push(KeysUser, MeshCalls.Key(number), BenchmarkValue.Of(number)));
        await run.Probe.ConfirmAsync(ours.Address, oneKey, cancellationToken);
        await run.Probe.ConfirmAsync(ours.Address, keys[0], cancellationToken);
        await run.Probe.ConfirmAsync(ours.Address, Repeatable(0), cancellationToken);

        var measured = await InterleavedRounds.MeasureAsync(
            run,
            [
                Contender.OfCalls("Push, one key", ours, (calls, token) =>
                    proof.CountAsync(run.H2Load.RunAsync(ours.Address, oneKey, LoadShape.Standard, calls, token))),
                Contender.OfCalls("Push, distinct keys", ours, (calls, token) => proof.CountAsync(
                    DistinctLoad.RunAsync(ours.Address, LoadShape.Standard, calls, (_, ordinal) => keys[ordinal % DistinctKeys], token))),
                Contender.OfCalls("Push, request ids", ours, (calls, token) => proof.CountAsync(
                    DistinctLoad.RunAsync(ours.Address, LoadShape.Standard, calls, (_, ordinal) => Repeatable(ordinal), token))),
                EmptyRpc.ByH2Load(run, bare),
                EmptyRpc.ByDistinctLoad(bare),
                new Contender("raw commits, 1 file", Server: null, raw.RunAsync),
            ],
            cancellationToken);

        await run.Probe.ConfirmAsync(ours.Address, oneKey, cancellationToken);
        await run.Probe.ConfirmAsync(ours.Address, keys[0], cancellationToken);
        await proof.ConfirmAsync(cancellationToken);

        AddLines(run, "one key", measured[0], emptyRpc: measured[3], rawCommits: measured[5]);
        AddLines(run, $"{DistinctKeys:N0} keys", measured[1], emptyRpc: measured[4], rawCommits: measured[5]);
        AddLines(run, $"{DistinctKeys:N0} keys, request ids", measured[2], emptyRpc: measured[4], rawCommits: measured[5]);
    }

    private static void AddLines(BenchmarkRun run, string keys, Measurement pushes, Measurement emptyRpc, Measurement rawCommits)
    {
        var what = $"Durable Push, one user, 128 in flight, {keys}";
        run.Add(new(what, Unit.PerSecond, pushes, rawCommits, Target.RatioAtLeast(9)));
        run.Add(new(what, Unit.PerSecond, pushes, emptyRpc, Target.RatioAtLeast(0.2)));
    }

    private static GrpcRequest Repeatable(int ordinal)
    {
        // A step spreads the calls over the keys. A table of prepared calls would not do, because a request id can be used only once.
        const int Stride = 7_919;
        var number = (int)((long)ordinal * Stride % DistinctKeys);
        return MeshCalls.RepeatablePush(IdsUser, MeshCalls.Key(number), BenchmarkValue.Of(number));
    }
}
