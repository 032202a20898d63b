using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

using Google.Rpc;

using Grpc.Core;

namespace Syntha.Client.Tests.Conformance;

/// <summary>Writes the client's results in the contract's JSON.</summary>
internal static class Telling
{
    internal static JsonNode Number(long number) => JsonValue.Create(number.ToString(CultureInfo.InvariantCulture));

    internal static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)JsonValue.Create(text))]);

    internal static JsonObject Of(Position position) => new() { ["epoch"] = position.Epoch, ["revision"] = Number(position.Revision) };

    internal static JsonObject Of(PushReceipt receipt) => new() { ["position"] = Of(receipt.Position), ["replayed"] = receipt.Replayed };

    internal static JsonObject Of(ContextItem item) => new()
    {
        ["key"] = item.Key,
        ["valueJson"] = item.HasValue ? item.ValueJson : null,
        ["topics"] = Texts(item.Topics),
        ["subscribers"] = Texts(item.Subscribers),
        ["author"] = item.Author,
        ["revision"] = Number(item.Revision),
        ["updateTime"] = item.UpdateTime,
        ["expireTime"] = item.ExpireTime,
        ["metadataJson"] = item.Metadata?.GetRawText(),
        ["redacted"] = item.IsRedacted,
    };

    internal static JsonObject Of(ClaimToken token) => new() { ["name"] = token.Name, ["position"] = Of(token.Position) };

    internal static JsonObject Of(ClaimState claim) => new()
    {
        ["name"] = claim.Name,
        ["holder"] = claim.Holder is null ? null : Of(claim.Holder),
        ["token"] = claim.Token is null ? null : Of(claim.Token),
        ["expireTime"] = claim.ExpireTime,
        ["waiting"] = new JsonArray([.. claim.Waiting.Select(Of)]),
        ["lease"] = Seconds(claim.Lease),
        ["topics"] = Texts(claim.Topics),
        ["subscribers"] = Texts(claim.Subscribers),
    };

    internal static JsonObject Of(ClaimParty party) => party.AgentName is { } agent ? new() { ["agent"] = agent } : [];

    internal static JsonObject Of(ContextTopic topic) => new() { ["name"] = topic.Name, ["subscribers"] = Texts(topic.Subscribers) };

    internal static JsonObject? Of(PostPermissions? permissions) => permissions is null ? null : new()
    {
        ["topics"] = Texts(permissions.Topics),
        ["mayPostGlobal"] = permissions.MayPostGlobal,
        ["mayPostDirect"] = permissions.MayPostDirect,
    };

    internal static string Tool(string name) => $"TOOL_{name.ToUpperInvariant()}";

    internal static JsonArray Tools(IEnumerable<string> names) => Texts(names.Select(Tool));

    internal static JsonObject? Of(AgentAccess? access)
    {
        if (access is null)
        {
            return null;
        }

        var isPredefined = access.Role is { } role && AgentRoles.All.Contains(role);
        return new()
        {
            ["predefinedRole"] = isPredefined ? $"PREDEFINED_ROLE_{access.Role!.ToUpperInvariant()}" : null,
            ["customRole"] = access.Role is null || isPredefined
                ? null
                : new JsonObject { ["name"] = access.Role, ["tools"] = Tools(access.RoleTools) },
            ["allowedTools"] = access.AllowedTools is { } allowed ? new JsonObject { ["tools"] = Tools(allowed) } : null,
            ["deniedTools"] = Tools(access.DeniedTools),
            ["mayReadPast"] = access.MayReadPast,
        };
    }

    internal static JsonObject Of(Outcome outcome) => new()
    {
        ["number"] = Number(outcome.Number),
        ["agent"] = outcome.AgentName,
        ["logTime"] = outcome.Time,
        ["report"] = new JsonObject
        {
            ["taskType"] = outcome.Report.TaskType,
            ["success"] = outcome.Report.IsSuccess,
            ["duration"] = Seconds(outcome.Report.Duration),
            ["inputJson"] = outcome.Report.Input?.GetRawText(),
            ["outputJson"] = outcome.Report.Output?.GetRawText(),
            ["error"] = outcome.Report.Error,
            ["metadataJson"] = outcome.Report.Metadata?.GetRawText(),
        },
    };

    internal static JsonObject Of(OutcomeMetrics metrics) => new()
    {
        ["total"] = Number(metrics.Total),
        ["succeeded"] = Number(metrics.Succeeded),
        ["failed"] = Number(metrics.Failed),
        ["successRate"] = metrics.SuccessRate,
        ["errorRate"] = metrics.ErrorRate,
        ["averageDuration"] = Seconds(metrics.AverageDuration),
    };

    internal static JsonArray Values(IReadOnlyDictionary<string, JsonElement> values) =>
        new([.. values.Select(pair => new JsonObject { ["key"] = pair.Key, ["valueJson"] = pair.Value.GetRawText() })]);

    internal static JsonObject Of(SynthaException failure) => Failure(failure.StatusCode, failure.ReasonName, failure.Metadata);

    internal static JsonObject Of(RpcException failure)
    {
        var info = failure.GetRpcStatus()?.GetDetail<ErrorInfo>();
        return Failure(failure.StatusCode, info?.Reason, info?.Metadata ?? []);
    }

    internal static JsonObject Of(ContextChange change) => new()
    {
        ["kind"] = $"CHANGE_KIND_{Constant(change.Kind.ToString())}",
        ["revision"] = Number(change.Revision),
        ["index"] = change.Index,
        ["key"] = change.Key,
        ["item"] = change.Item is null ? null : Of(change.Item),
        ["claim"] = change.Claim is null ? null : Of(change.Claim),
        ["redactedRevision"] = change.RedactedRevision is { } redacted ? Number(redacted) : null,
        ["agent"] = change.Agent is null
            ? null
            : new JsonObject
            {
                ["topics"] = Texts(change.Agent.Topics),
                ["permissions"] = Of(change.Agent.Permissions),
                ["access"] = Of(change.Agent.Access),
            },
    };

    internal static string? Seconds(TimeSpan? duration) =>
        duration is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known.TotalSeconds}s") : null;

    private static JsonObject Failure(StatusCode status, string? reason, IEnumerable<KeyValuePair<string, string>> metadata) => new()
    {
        ["status"] = Constant(status.ToString()),
        ["reason"] = reason,
        ["metadata"] = new JsonObject(metadata.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
    };

    /// <summary><c>InvalidArgument</c> as <c>INVALID_ARGUMENT</c>.</summary>
    internal static string Constant(string name) =>
        string.Concat(name.Select((letter, i) => i > 0 && char.IsUpper(letter) ? $"_{letter}" : $"{char.ToUpperInvariant(letter)}"));
}
