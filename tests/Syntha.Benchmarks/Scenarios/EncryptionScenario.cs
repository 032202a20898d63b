using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Measuring;
using Syntha.Benchmarks.Processes;
using Syntha.Benchmarks.Results;

namespace Syntha.Benchmarks.Scenarios;

/// <summary>The cost of encryption at rest: durable pushes of 1 kB values to a server with it, against a server without.</summary>
internal static class EncryptionScenario
{
    private const int Keys = 10_000;
    private const int ValueBytes = 1_024;
    private const string User = "pushes";

    // 128 calls in flight, as in the other scenarios, but over more connections: longer bodies must fit into the window of one connection.
    private static readonly LoadShape Shape = new(8, 16);

    public static async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        await using var plain = await run.StartSynthaAsync(run.Scratch.NewPath("plain"), cancellationToken);
        await using var encrypted = await run.StartSynthaAsync(
            run.Scratch.NewPath("encrypted"), cancellationToken, $"--Encryption:KeyRingPath={run.Scratch.NewPath("ring")}");
        var calls = MeshCalls.OfKeys(Keys, number => MeshCalls.Push(User, MeshCalls.Key(number), BenchmarkValue.Of(number, ValueBytes)));
        await run.Probe.ConfirmAsync(plain.Address, calls[0], cancellationToken);
        await run.Probe.ConfirmAsync(encrypted.Address, calls[0], cancellationToken);

        var measured = await InterleavedRounds.MeasureAsync(
            run, [Pushes("Push, encrypted", encrypted, calls), Pushes("Push, plain", plain, calls)], cancellationToken);

        await run.Probe.ConfirmAsync(encrypted.Address, calls[0], cancellationToken);
        run.Add(new("Durable Push of 1 kB, encrypted against plain", Unit.PerSecond, measured[0], measured[1], Target.RatioAtLeast(0.85)));
    }

    private static Contender Pushes(string name, ServerProcess server, GrpcRequest[] calls) => Contender.OfCalls(
        name, server, (count, token) => DistinctLoad.RunAsync(server.Address, Shape, count, (_, ordinal) => calls[ordinal % Keys], token));
}
