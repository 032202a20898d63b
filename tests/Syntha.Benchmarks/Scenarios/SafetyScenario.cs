using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Measuring;
using Syntha.Benchmarks.Processes;
using Syntha.Benchmarks.Results;

namespace Syntha.Benchmarks.Scenarios;

/// <summary>
/// The cost of credentials and the audit trail: Get and durable Push with both, against a server without them. Both have quotas.
/// </summary>
internal static class SafetyScenario
{
    private const string User = "safe";
    private const int Keys = 10_000;

    public static async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        var key = new OperatorKey();
        await using var safe = await run.StartSynthaAsync(
            Servers.HealthCheck, run.Scratch.NewPath("safe"), cancellationToken, key.Setting);
        await using var open = await run.StartSynthaAsync(run.Scratch.NewPath("open"), cancellationToken, "--Audit:Enabled=false");
        var authorization = await key.NewUserAsync(run.Probe, safe.Address, User, cancellationToken);

        var pushes = MeshCalls.OfKeys(Keys, number => MeshCalls.Push(User, MeshCalls.Key(number), BenchmarkValue.Of(number)));
        var safePushes = Array.ConvertAll(pushes, push => push with { Authorization = authorization });
        var get = MeshCalls.Get(User, MeshCalls.Key(0));
        var safeGet = get with { Authorization = authorization };
        // The item for Get.
        var first = MeshCalls.Push(User, MeshCalls.Key(0), BenchmarkValue.Json);
        await run.Probe.ConfirmAsync(safe.Address, first with { Authorization = authorization }, cancellationToken);
        await run.Probe.ConfirmAsync(open.Address, first, cancellationToken);
        await run.Probe.ConfirmAsync(safe.Address, safeGet, cancellationToken);

        var measured = await InterleavedRounds.MeasureAsync(
            run,
            [
                Gets("Get, safe", run, safe, safeGet),
                Gets("Get, open", run, open, get),
                Pushes("Push, safe", safe, safePushes),
                Pushes("Push, open", open, pushes),
            ],
            cancellationToken);

        await run.Probe.ConfirmAsync(safe.Address, safePushes[0], cancellationToken);
        await run.Probe.ConfirmAsync(safe.Address, safeGet, cancellationToken);
        const string Safe = "with credentials and audit against without";
        run.Add(new($"Get, {Safe}", Unit.PerSecond, measured[0], measured[1], Target.RatioAtLeast(0.85)));
        run.Add(new($"Durable Push, {Safe}", Unit.PerSecond, measured[2], measured[3], Target.RatioAtLeast(0.9)));
    }

    private static Contender Gets(string name, BenchmarkRun run, ServerProcess server, GrpcRequest call) => Contender.OfCalls(
        name, server, (count, token) => run.H2Load.RunAsync(server.Address, call, LoadShape.Standard, count, token));

    private static Contender Pushes(string name, ServerProcess server, GrpcRequest[] calls) => Contender.OfCalls(
        name,
        server,
        (count, token) =>
            DistinctLoad.RunAsync(server.Address, LoadShape.Standard, count, (_, ordinal) => calls[ordinal % Keys], token));
}
