using System.Collections.Frozen;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace Syntha.Server.Wire;

/// <summary>
/// Turns domain errors into gRPC statuses with rich details. No other place does this. It is the main type of the room Wire, which decides
/// how calls and answers look on the wire, and uses no other room.
/// </summary>
internal static class StatusMapper
{
    public const string Domain = "syntha";

    private static readonly FrozenDictionary<ErrorReason, string> Names =
        System.Enum.GetValues<ErrorReason>().ToFrozenDictionary(
            reason => reason, reason => JsonNamingPolicy.SnakeCaseUpper.ConvertName(reason.ToString()));

    private static readonly FrozenDictionary<string, ErrorReason> Reasons =
        Names.ToFrozenDictionary(name => name.Value, name => name.Key, StringComparer.Ordinal);

    public static string NameOf(ErrorReason reason) => Names[reason];

    public static bool TryFind(string name, out ErrorReason reason) => Reasons.TryGetValue(name, out reason);

    public static RpcException ToRpcException(MeshException fault)
    {
        var info = new ErrorInfo { Domain = Domain, Reason = NameOf(fault.Reason) };
        foreach (var (name, value) in fault.Metadata)
        {
            info.Metadata[name] = Printable(value);
        }

        var message = Printable(fault.Message);
        var code = CodeOf(fault.Reason);
        var status = new Google.Rpc.Status { Code = (int)code, Message = message, Details = { Any.Pack(info) } };
        if (code == Code.InvalidArgument)
        {
            status.Details.Add(Any.Pack(new BadRequest
            {
                FieldViolations =
                {
                    new BadRequest.Types.FieldViolation
                    {
                        Field = fault.Field ?? DefaultField(fault.Reason), Description = message, Reason = info.Reason,
                    },
                },
            }));
        }
        if (fault.Reason is ErrorReason.QuotaItems or ErrorReason.QuotaBytes or ErrorReason.QuotaAgents or ErrorReason.QuotaTopics
            or ErrorReason.QuotaStreams or ErrorReason.QuotaClaims)
        {
            var subject = fault.Metadata.GetValueOrDefault("quota", "streams");
            status.Details.Add(Any.Pack(new QuotaFailure
            {
                Violations = { new QuotaFailure.Types.Violation { Subject = subject, Description = message } },
            }));
        }
        if (fault.RetryAfter is { } delay)
        {
            status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(delay) }));
        }

        return status.ToRpcException();
    }

    public static Code CodeOf(ErrorReason reason) => reason switch
    {
        ErrorReason.CredentialsInvalid => Code.Unauthenticated,
        ErrorReason.UserMismatch or ErrorReason.AgentMismatch or ErrorReason.ToolNotAllowed or ErrorReason.RoutingNotAllowed
            or ErrorReason.KeyNotWritable or ErrorReason.OperatorRequired or ErrorReason.OwnerRequired
            or ErrorReason.PastNotAllowed => Code.PermissionDenied,
        ErrorReason.UserIdMissing or ErrorReason.UserIdMalformed or ErrorReason.KeyInvalid or ErrorReason.AgentInvalid
            or ErrorReason.TopicInvalid or ErrorReason.JsonInvalid or ErrorReason.ValueTooLarge or ErrorReason.RequestTooLarge
            or ErrorReason.PageTokenInvalid or ErrorReason.FilterInvalid or ErrorReason.RequestIdReused
            or ErrorReason.ToolInvalid or ErrorReason.TemplateInvalid or ErrorReason.ExportInvalid or ErrorReason.ArgumentInvalid
            or ErrorReason.MessageMalformed or ErrorReason.RequestIdInvalid or ErrorReason.PromptTooLarge
            or ErrorReason.ExportUserMismatch or ErrorReason.PatchInvalid => Code.InvalidArgument,
        ErrorReason.KeyExists or ErrorReason.UserExists => Code.AlreadyExists,
        ErrorReason.UserNotFound or ErrorReason.VersionRedacted => Code.NotFound,
        ErrorReason.RevisionMismatch or ErrorReason.PatchFailed or ErrorReason.ClaimHeld or ErrorReason.PlanOutdated => Code.Aborted,
        ErrorReason.HistoryCompacted or ErrorReason.RevisionInFuture => Code.OutOfRange,
        ErrorReason.EpochChanged or ErrorReason.StoreReadOnly or ErrorReason.EncryptionOff or ErrorReason.ClaimLost
            or ErrorReason.UndoBlocked =>
            Code.FailedPrecondition,
        ErrorReason.QuotaItems or ErrorReason.QuotaBytes or ErrorReason.QuotaAgents or ErrorReason.QuotaTopics
            or ErrorReason.QuotaStreams or ErrorReason.RateLimited or ErrorReason.SlowConsumer
            or ErrorReason.StoreFull or ErrorReason.QuotaClaims => Code.ResourceExhausted,
        ErrorReason.StoreBusy or ErrorReason.StoreDown or ErrorReason.NodeDraining => Code.Unavailable,
        ErrorReason.StoreCorrupt => Code.DataLoss,
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "A reason without a status."),
    };

    private static string DefaultField(ErrorReason reason) => reason switch
    {
        ErrorReason.UserIdMissing or ErrorReason.UserIdMalformed => "user-id",
        ErrorReason.KeyInvalid => "key",
        ErrorReason.AgentInvalid => "as_agent",
        ErrorReason.TopicInvalid => "topics",
        ErrorReason.JsonInvalid or ErrorReason.ValueTooLarge => "value_json",
        ErrorReason.PageTokenInvalid => "page_token",
        ErrorReason.FilterInvalid => "filter",
        ErrorReason.ExportInvalid => "chunk",
        ErrorReason.ExportUserMismatch => "header.allow_other_user",
        ErrorReason.PromptTooLarge => "spec.max_bytes",
        ErrorReason.RequestIdReused or ErrorReason.RequestIdInvalid => "request_id",
        ErrorReason.ToolInvalid => "access",
        ErrorReason.TemplateInvalid => "template",
        ErrorReason.PatchInvalid => "patch",
        _ => "",
    };

    // Details travel in trailers, and clients accept only some 8 kB of them. A name of 4,096 bytes must not make an error undeliverable.
    private static string Printable(string text) => text.Length <= 1024 ? text : string.Concat(text.AsSpan(0, 1000), "…");
}
