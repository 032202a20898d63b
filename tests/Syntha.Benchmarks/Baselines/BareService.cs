using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Syntha.Benchmarks.Baselines;

/// <summary>Answers with nothing.</summary>
internal sealed class BareService : BareContract
{
    private static readonly Empty Answer = new();

    public override Task<Empty> Nothing(Empty request, ServerCallContext context) => Task.FromResult(Answer);
}
