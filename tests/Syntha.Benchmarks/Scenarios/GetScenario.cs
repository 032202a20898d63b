using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Measuring;
using Syntha.Benchmarks.Results;
using Syntha.V1;

namespace Syntha.Benchmarks.Scenarios;

/// <summary>Get of a warm 256-byte value, 128 in flight, against the empty RPC.</summary>
internal static class GetScenario
{
    private const string UserId = "reader";
    private const string Key = "item";

    public static async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        await using var bare = await run.StartBareAsync(cancellationToken);
        await using var ours = await run.StartSynthaAsync(run.Scratch.NewPath("get"), cancellationToken);
        await run.Probe.ConfirmAsync(ours.Address, MeshCalls.Push(UserId, Key, BenchmarkValue.Json), cancellationToken);

        var call = MeshCalls.Get(UserId, Key);
        var answer = await run.Probe.ConfirmAsync(ours.Address, call, cancellationToken);
        if (GetResponse.Parser.ParseFrom(answer.AsSpan(GrpcRequest.FramingBytes)).Item?.ValueJson != BenchmarkValue.Json)
        {
            throw new BenchmarkException("Get does not answer the value that was pushed.");
        }

        var measured = await InterleavedRounds.MeasureAsync(
            run,
            [
                Contender.OfCalls("Get", ours, async (calls, token) =>
                {
                    var result = await run.H2Load.RunAsync(ours.Address, call, LoadShape.Standard, calls, token);
                    // No call writes meanwhile, so every answer has the length of the one that was checked.
                    return result.AnswerBytes == (long)calls * answer.Length
                        ? result
                        : throw new BenchmarkException("Not every Get answered the value.");
                }),
                EmptyRpc.ByH2Load(run, bare),
            ],
            cancellationToken);
        await run.Probe.ConfirmAsync(ours.Address, call, cancellationToken);
        run.Add(new("Get, warm, 256 bytes, 128 in flight", Unit.PerSecond, measured[0], measured[1], Target.RatioAtLeast(0.85)));
    }
}
