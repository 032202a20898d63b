using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Measuring;
using Syntha.Benchmarks.Processes;

namespace Syntha.Benchmarks.Scenarios;

/// <summary>
/// The baseline of every throughput figure: the empty call on the bare server. The same client drives it and our server, because a client
/// that takes less processor time leaves more to the server.
/// </summary>
internal static class EmptyRpc
{
    public static Contender ByH2Load(BenchmarkRun run, ServerProcess bare) =>
        Contender.OfCalls("empty RPC, h2load", bare, async (calls, cancellationToken) =>
        {
            var result = await run.H2Load.RunAsync(bare.Address, Servers.EmptyCall, LoadShape.Standard, calls, cancellationToken);
            if (result.AnswerBytes != (long)calls * GrpcRequest.FramingBytes)
            {
                throw new BenchmarkException("The bare server did not answer every call with an empty message.");
            }

            return result;
        });

    public static Contender ByDistinctLoad(ServerProcess bare) =>
        Contender.OfCalls("empty RPC, own load", bare, (calls, cancellationToken) =>
            DistinctLoad.RunAsync(bare.Address, LoadShape.Standard, calls, (_, _) => Servers.EmptyCall, cancellationToken));
}
