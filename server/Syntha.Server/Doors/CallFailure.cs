using Google.Rpc;
using Grpc.Core;
using Syntha.Server.Wire;

namespace Syntha.Server.Doors;

/// <summary>Why a call failed, for a door to tell in its own form. It says what the same call says over gRPC.</summary>
/// <param name="Code">The status.</param>
/// <param name="Message">The text for people.</param>
/// <param name="Reason">The contract's reason. Null: it has none.</param>
/// <param name="Metadata">The values of the text, for programs.</param>
/// <param name="Field">The field of the request that is at fault. Null: no single field is.</param>
/// <param name="RetryAfter">How long to wait before the call is repeated. Null: a repeat makes no sense.</param>
internal sealed record CallFailure(
    StatusCode Code, string Message, ErrorReason? Reason, IReadOnlyDictionary<string, string> Metadata, string? Field,
    TimeSpan? RetryAfter)
{
    /// <summary>The failure as gRPC tells it.</summary>
    public required RpcException Source { get; init; }

    /// <summary>The failure that the contract's status says. <see cref="StatusMapper"/> has made the status.</summary>
    public static CallFailure Of(RpcException fault)
    {
        var status = fault.GetRpcStatus();
        var info = status?.GetDetail<ErrorInfo>();
        return new(
            fault.StatusCode,
            fault.Status.Detail,
            info is not null && StatusMapper.TryFind(info.Reason, out var reason) ? reason : null,
            info?.Metadata.ToImmutableDictionary() ?? ImmutableDictionary<string, string>.Empty,
            status?.GetDetail<BadRequest>()?.FieldViolations[0].Field is { Length: > 0 } field ? field : null,
            status?.GetDetail<RetryInfo>()?.RetryDelay.ToTimeSpan())
        {
            Source = fault,
        };
    }

    public static CallFailure Of(MeshException refusal) => Of(StatusMapper.ToRpcException(refusal));
}
