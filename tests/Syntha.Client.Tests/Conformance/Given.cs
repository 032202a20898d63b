using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Syntha.Client.Tests.Conformance;

/// <summary>A request in the contract's JSON, in the client's types.</summary>
internal sealed class Given(JsonObject request)
{
    internal string? AgentName => (string?)request["agentName"];

    internal string Key => (string?)request["key"] ?? string.Empty;

    internal string Json => (string)request["valueJson"]!;

    internal string Topic => (string)request["topic"]!;

    internal string? KeyGlob => (string?)request["keyGlob"];

    internal IReadOnlyList<string> Topics => Texts("topics");

    internal PushOptions PushOptions => new()
    {
        AgentName = AgentName,
        Topics = Topics,
        Subscribers = Texts("subscribers"),
        Ttl = Ttl,
        IfRevision = IfRevision,
        Metadata = Metadata,
        RequestId = RequestId,
    };

    internal WriteOptions WriteOptions => new() { AgentName = AgentName, RequestId = RequestId };

    internal RemoveOptions RemoveOptions => new() { AgentName = AgentName, RequestId = RequestId, IfRevision = IfRevision };

    internal PushEntry Entry => new()
    {
        Key = Key,
        Value = JsonElement.Parse(Json),
        Topics = Topics,
        Subscribers = Texts("subscribers"),
        Ttl = Ttl,
        IfRevision = IfRevision,
        Metadata = Metadata,
    };

    internal ListFilter ListFilter => new()
    {
        AgentName = AgentName,
        Topic = (string?)request["topic"],
        KeyPrefix = (string?)request["keyPrefix"] ?? string.Empty,
        KeyGlob = KeyGlob,
        KeysOnly = (bool?)request["keysOnly"] ?? false,
        PageSize = (int?)request["pageSize"] ?? 0,
    };

    internal PostPermissions? PostPermissions => request["permissions"] is not JsonObject permissions
        ? null
        : new(new Given(permissions).Topics)
        {
            MayPostGlobal = (bool?)permissions["mayPostGlobal"] ?? false,
            MayPostDirect = (bool?)permissions["mayPostDirect"] ?? false,
        };

    internal SubscriptionOptions SubscriptionOptions
    {
        get
        {
            var filter = new Given(request["filter"]?.AsObject() ?? []);
            return new()
            {
                Topics = filter.Topics,
                KeyPrefix = filter.ListFilter.KeyPrefix,
                KeyGlob = filter.KeyGlob,
                KeysOnly = filter.ListFilter.KeysOnly,
                Kinds = [.. filter.Texts("kinds").Select(kind => Enum.GetValues<ChangeKind>().Single(
                    known => $"CHANGE_KIND_{Telling.Constant(known.ToString())}" == kind))],
                IncludeAgents = filter.IncludeAgents,
                Start = Start,
                RetryDelay = TimeSpan.FromMilliseconds(20),
            };
        }
    }

    private bool IncludeAgents => (bool?)request["includeAgents"] ?? false;

    private SubscriptionStart Start => request["start"] switch
    {
        JsonObject start when start["after"] is not null => SubscriptionStart.After(new Given(start).Position("after")!.Value),
        JsonObject start when start["snapshot"] is not null => SubscriptionStart.Snapshot,
        _ => SubscriptionStart.Now,
    };

    private TimeSpan? Ttl => Seconds("ttl");

    private long? IfRevision => request["ifRevision"] is { } revision ? NumberOf(revision) : null;

    private Guid? RequestId => request["requestId"] is { } id ? Guid.Parse((string)id!) : null;

    private JsonElement? Metadata => Value("metadataJson");

    internal IReadOnlyList<string> Texts(string name) => [.. (request[name]?.AsArray() ?? []).Select(text => (string)text!)];

    internal string? Text(string name) => (string?)request[name];

    internal bool? Flag(string name) => (bool?)request[name];

    internal int? Count(string name) => (int?)request[name];

    internal JsonElement? Value(string name) => Text(name) is { } json ? JsonElement.Parse(json) : null;

    internal TimeSpan? Seconds(string name) =>
        Text(name) is { } seconds ? TimeSpan.FromSeconds(double.Parse(seconds.TrimEnd('s'), CultureInfo.InvariantCulture)) : null;

    internal Position? Position(string name) =>
        request[name] is { } position ? new((string)position["epoch"]!, NumberOf(position["revision"]!)) : null;

    /// <summary>The member of the client's enumeration that the contract's constant is, such as <c>TOOL_DIALECT_OPENAI</c>.</summary>
    internal T? Constant<T>(string name)
        where T : struct, Enum
    {
        var letters = Text(name)?.Replace("_", string.Empty, StringComparison.Ordinal);
        return letters is null
            ? null
            : Enum.GetValues<T>().Single(known => string.Equals($"{typeof(T).Name}{known}", letters, StringComparison.OrdinalIgnoreCase));
    }

    internal Given? Find(string name) => request[name] is JsonObject part ? new(part) : null;

    internal IEnumerable<Given> Each(string name) => request[name]!.AsArray().Select(entry => new Given(entry!.AsObject()));

    private static long NumberOf(JsonNode number) => long.Parse((string)number!, CultureInfo.InvariantCulture);
}
