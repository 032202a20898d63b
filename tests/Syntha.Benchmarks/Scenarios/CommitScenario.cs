using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Measuring;
using Syntha.Benchmarks.Results;
using Syntha.V1;

namespace Syntha.Benchmarks.Scenarios;

/// <summary>
/// Changes that the server makes, 128 in flight, against pushes of as many bytes in the same rounds: a counter in a value, and a commit of
/// ten mixed operations against a PushMany of ten items.
/// </summary>
internal static class CommitScenario
{
    private const string UserId = "commit-user";
    private const string Counter = "counter";
    private const int Operations = 10;

    public static async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        await using var ours = await run.StartSynthaAsync(run.Scratch.NewPath("commit"), cancellationToken);
        var push = MeshCalls.Push(UserId, "pushed", BenchmarkValue.Json);
        var patch = GrpcRequest.Of("/syntha.v1.ContextMesh/Patch", UserId, new PatchRequest { Patch = Increment(Counter) });
        var pushMany = GrpcRequest.Of("/syntha.v1.ContextMesh/PushMany", UserId, new PushManyRequest
        {
            Items =
            {
                Enumerable.Range(0, Operations).Select(number => new ItemWrite { Key = $"many/{number}", ValueJson = BenchmarkValue.Json }),
            },
        });
        var commit = GrpcRequest.Of("/syntha.v1.ContextMesh/Commit", UserId, new CommitRequest
        {
            Operations = { Enumerable.Range(0, Operations).Select(Mixed) },
            Guards = { new Guard { IfRevision = new() { Key = "never", Revision = 0 } } },
        });

        await run.Probe.ConfirmAsync(ours.Address, MeshCalls.Push(UserId, Counter, BenchmarkValue.Json), cancellationToken);
        for (var number = 0; number < Operations; number++)
        {
            await run.Probe.ConfirmAsync(ours.Address, MeshCalls.Push(UserId, $"mixed/{number}", BenchmarkValue.Json), cancellationToken);
        }

        var contenders = new List<Contender>();
        (string, GrpcRequest)[] loads = [("Patch", patch), ("Push", push), ("Commit", commit), ("PushMany", pushMany)];
        foreach (var (name, call) in loads)
        {
            await run.Probe.ConfirmAsync(ours.Address, call, cancellationToken);
            contenders.Add(Contender.OfCalls(
                name, ours, (calls, token) => run.H2Load.RunAsync(ours.Address, call, LoadShape.Standard, calls, token)));
        }

        var measured = await InterleavedRounds.MeasureAsync(run, contenders, cancellationToken);
        run.Add(new(
            "Patch increment of one key, 128 in flight, against Push of as many bytes", Unit.PerSecond, measured[0], measured[1],
            Target.RatioAtLeast(0.9)));
        run.Add(new(
            $"Commit of {Operations} mixed operations, against PushMany of {Operations}", Unit.PerSecond, measured[2], measured[3],
            Target.RatioAtLeast(0.8)));
    }

    private static Operation Mixed(int number) => (number % 3) switch
    {
        0 => new() { Patch = Increment($"mixed/{number}") },
        1 => new() { Push = new() { Key = $"mixed/{number}", ValueJson = BenchmarkValue.Json } },
        _ => new() { Patch = new() { Key = $"mixed/{number}", MergeJson = """{"state":"done"}""" } },
    };

    private static ItemPatch Increment(string key) => new() { Key = key, Increment = new() { Pointer = "/number", Integer = 1 } };
}
