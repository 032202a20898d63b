using System.Threading.RateLimiting;
using Grpc.Core;

namespace Syntha.Server.Gate;

/// <summary>What became of the message of a call.</summary>
/// <param name="IsGone">The client has gone, and no answer can be given.</param>
/// <param name="Refusal">Why the message is not taken; null: it is here.</param>
/// <param name="Reason">The reason of the refusal; null: it has none of the contract's.</param>
/// <param name="Bytes">The message's bytes in the budget, until they are given back; null: they are not counted.</param>
internal readonly record struct Arrival(bool IsGone, RpcException? Refusal, ErrorReason? Reason, RateLimitLease? Bytes)
{
    public bool IsHere => !IsGone && Refusal is null;
}
