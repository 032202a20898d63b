using Google.Rpc;
using Grpc.Core;

namespace Syntha.Page.Access;

/// <summary>Why a call failed, for people.</summary>
/// <param name="Message">The text.</param>
/// <param name="Reason">The contract's reason, as it is written in the contract. Null: it has none.</param>
public sealed record PageFault(string Message, string? Reason)
{
    public static PageFault Of(RpcException fault) =>
        new(fault.Status.Detail is { Length: > 0 } detail ? detail : fault.StatusCode.ToString(), ReasonOf(fault));

    /// <summary>The contract's reason, such as <c>REVISION_MISMATCH</c>. Null: it has none.</summary>
    public static string? ReasonOf(RpcException fault) => fault.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason;

    /// <summary>Whether the same call may succeed a little later.</summary>
    public static bool MayPass(RpcException fault) =>
        fault.StatusCode is StatusCode.Unavailable or StatusCode.ResourceExhausted or StatusCode.Aborted or StatusCode.Internal
            or StatusCode.DeadlineExceeded;
}
