using System.Collections.Frozen;
using System.Collections.ObjectModel;
using Google.Rpc;
using Grpc.Core;

namespace Syntha.Client;

/// <summary>What a failed call tells: its gRPC status, and the details that the server attached.</summary>
internal sealed class Failure
{
    private const string Domain = "syntha";

    // The names have no underscores, so that KEY_EXISTS on the wire finds KeyExists.
    private static readonly FrozenDictionary<string, ErrorReason> Reasons = Enum.GetValues<ErrorReason>()
        .ToFrozenDictionary(reason => reason.ToString(), StringComparer.OrdinalIgnoreCase);

    private Failure(RpcException cause) => Cause = cause;

    internal required string Message { get; init; }

    internal RpcException Cause { get; }

    internal ErrorReason Reason { get; private init; }

    internal string? ReasonName { get; private init; }

    internal IReadOnlyDictionary<string, string> Metadata { get; private init; } = ReadOnlyDictionary<string, string>.Empty;

    internal TimeSpan? RetryAfter { get; private init; }

    internal IReadOnlyList<FieldViolation> FieldViolations { get; private init; } = [];

    internal Guid? RequestId { get; private init; }

    internal bool IsWrongProtocol { get; private init; }

    internal bool IsTooLarge { get; private init; }

    /// <param name="exception">The exception that gRPC threw.</param>
    /// <param name="requestId">The id that the call carried, if it was a write.</param>
    /// <param name="address">The server's address.</param>
    /// <param name="options">The client's options.</param>
    internal static Failure Of(RpcException exception, Guid? requestId, Uri address, SynthaClientOptions options)
    {
        // Details that cannot be read must not hide the status, which can be read.
        var details = exception.Trailers.GetRpcStatus(ignoreParseError: true);
        var info = details?.GetDetail<ErrorInfo>();
        if (info?.Domain != Domain)
        {
            (details, info) = (null, null);
        }

        var reasonName = info?.Reason;
        var isWrongProtocol = info is null && (options.HasMetAnotherProtocol || ServerProtocol.IsWrong(exception.Status.DebugException));

        return new Failure(exception)
        {
            Message = Describe(exception, reasonName, isWrongProtocol, address, options.CallTimeout),
            Reason = reasonName is null ? ErrorReason.Unspecified : ReasonOf(reasonName),
            ReasonName = reasonName,
            Metadata = info is null ? ReadOnlyDictionary<string, string>.Empty : info.Metadata.ToFrozenDictionary(),
            RetryAfter = details?.GetDetail<RetryInfo>()?.RetryDelay?.ToTimeSpan(),
            FieldViolations = [.. details?.GetDetail<BadRequest>()?.FieldViolations
                .Select(violation => new FieldViolation(violation.Field, violation.Description)) ?? []],
            RequestId = requestId,
            IsWrongProtocol = isWrongProtocol,
            IsTooLarge = info is null && exception.Status.Detail.Contains("exceeds the maximum", StringComparison.Ordinal),
        };
    }

    /// <summary>
    /// A name that the contract has no number for cannot be sent, so the client refuses it. The failure is the one that the server gives
    /// for a number that it does not know.
    /// </summary>
    /// <param name="reason">The reason.</param>
    /// <param name="reasonName">The same, as it would travel.</param>
    /// <param name="message">What is wrong, and the remedy.</param>
    /// <param name="field">The field of the contract.</param>
    /// <param name="metadata">The name that is refused, under the key that the contract gives it.</param>
    internal static SynthaInvalidArgumentException OfName(
        ErrorReason reason,
        string reasonName,
        string message,
        string field,
        params KeyValuePair<string, string>[] metadata) => new(
            new Failure(new RpcException(new Grpc.Core.Status(StatusCode.InvalidArgument, message)))
            {
                Message = $"{reasonName}: {message}",
                Reason = reason,
                ReasonName = reasonName,
                Metadata = metadata.ToFrozenDictionary(),
                FieldViolations = [new FieldViolation(field, message)],
            });

    private static ErrorReason ReasonOf(string name) =>
        Reasons.GetValueOrDefault(name.Replace("_", string.Empty, StringComparison.Ordinal), ErrorReason.Unspecified);

    private static string Describe(RpcException exception, string? reasonName, bool isWrongProtocol, Uri address, TimeSpan? callTimeout)
    {
        var detail = exception.Status.Detail;
        return (reasonName, exception.StatusCode) switch
        {
            ({ } reason, _) => $"{reason}: {detail}",
            (null, _) when ServerTrust.RemedyFor(exception.Status.DebugException) is { } remedy =>
                $"{address} cannot be reached. {remedy}",
            (null, StatusCode.DeadlineExceeded) =>
                $"{address} gave no answer within {nameof(SynthaClientOptions)}.{nameof(SynthaClientOptions.CallTimeout)} "
                + $"({callTimeout}). {detail}",
            (null, _) when isWrongProtocol => $"{address} cannot be reached. {ServerProtocol.Remedy} {detail}",
            (null, StatusCode.Unavailable) => $"{address} cannot be reached. {detail}",
            (null, var status) =>
                $"{status}, and not from the server: the connection or a proxy before {address} said it. {detail}",
        };
    }
}
