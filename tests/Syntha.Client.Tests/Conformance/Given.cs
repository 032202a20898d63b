using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Syntha.Client.Tests.Conformance;

/// <summary>A request, or a part of one, in the contract's JSON, read as the client's types.</summary>
internal sealed class Given(JsonObject request)
{
    /// <summary>The agent that acts, or that the call is about. <see langword="null"/>: neither is named.</summary>
    internal string? AgentName => Text("asAgent") ?? Text("agent");

    internal string Key => (string?)request["key"] ?? string.Empty;

    /// <summary>The item of a push.</summary>
    internal Given Item => Find("item")!;

    internal Given Filter => Find("filter") ?? new([]);

    internal string Json => (string)request["valueJson"]!;

    internal string Topic => (string)request["topic"]!;

    internal string? KeyGlob => (string?)request["keyGlob"];

    internal IReadOnlyList<string> Topics => Texts("topics");

    internal PushOptions PushOptions => new()
    {
        AgentName = AgentName,
        Topics = Item.Topics,
        Subscribers = Item.Texts("subscribers"),
        Ttl = Item.Ttl,
        IfRevision = Item.IfRevision,
        Metadata = Item.Metadata,
        RequestId = RequestId,
        IfClaim = Token("ifClaim"),
    };

    internal WriteOptions WriteOptions => new() { AgentName = AgentName, RequestId = RequestId };

    internal PushManyOptions PushManyOptions => new() { AgentName = AgentName, RequestId = RequestId, IfClaim = Token("ifClaim") };

    internal RemoveOptions RemoveOptions =>
        new() { AgentName = AgentName, RequestId = RequestId, IfRevision = IfRevision, IfClaim = Token("ifClaim") };

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
        Topic = Filter.Topics.SingleOrDefault(),
        KeyPrefix = Filter.KeyPrefix,
        KeyGlob = Filter.KeyGlob,
        KeysOnly = KeysOnly,
        PageSize = (int?)request["pageSize"] ?? 0,
    };

    internal PostPermissions? PostPermissions => request["permissions"] is not JsonObject permissions
        ? null
        : new(new Given(permissions).Topics)
        {
            MayPostGlobal = (bool?)permissions["mayPostGlobal"] ?? false,
            MayPostDirect = (bool?)permissions["mayPostDirect"] ?? false,
        };

    internal SubscriptionOptions SubscriptionOptions => new()
    {
        Topics = Filter.Topics,
        KeyPrefix = Filter.KeyPrefix,
        KeyGlob = Filter.KeyGlob,
        KeysOnly = KeysOnly,
        Kinds = [.. Texts("kinds").Select(kind => Enum.GetValues<ChangeKind>().Single(
            known => $"CHANGE_KIND_{Telling.Constant(known.ToString())}" == kind))],
        IncludeAgents = Flag("includeAgents") ?? false,
        IncludeClaims = Flag("includeClaims") ?? false,
        Start = Start,
        RetryDelay = TimeSpan.FromMilliseconds(20),
    };

    /// <summary>The position of a read. <see langword="null"/>: now.</summary>
    internal Position? AsOf => Find("readPoint")?.Position("asOfPosition");

    internal bool KeysOnly => Text("view") == "ITEM_VIEW_KEYS";

    private string KeyPrefix => (string?)request["keyPrefix"] ?? string.Empty;

    private SubscriptionStart Start => request["start"] switch
    {
        JsonObject start when start["after"] is not null => SubscriptionStart.After(new Given(start).Position("after")!.Value),
        JsonObject start when start["snapshot"] is not null => SubscriptionStart.Snapshot,
        _ => SubscriptionStart.Now,
    };

    private TimeSpan? Ttl => Seconds("ttl");

    internal long? IfRevision => request["ifRevision"] is { } revision ? NumberOf(revision) : null;

    internal Guid? RequestId => request["requestId"] is { } id ? Guid.Parse((string)id!) : null;

    private JsonElement? Metadata => Value("metadataJson");

    internal long? Number(string name) => request[name] is { } number ? NumberOf(number) : null;

    internal double? Fraction(string name) => (double?)request[name];

    internal IReadOnlyList<string> Texts(string name) => [.. (request[name]?.AsArray() ?? []).Select(text => (string)text!)];

    internal string? Text(string name) => (string?)request[name];

    internal bool? Flag(string name) => (bool?)request[name];

    internal int? Count(string name) => (int?)request[name];

    internal JsonElement? Value(string name) => Text(name) is { } json ? JsonElement.Parse(json) : null;

    internal TimeSpan? Seconds(string name) =>
        Text(name) is { } seconds ? TimeSpan.FromSeconds(double.Parse(seconds.TrimEnd('s'), CultureInfo.InvariantCulture)) : null;

    internal ClaimToken? Token(string name) =>
        Find(name) is { } token ? new(token.Text("name") ?? string.Empty, token.Position("position")!.Value) : null;

    internal Position? Position(string name) =>
        request[name] is { } position ? new((string)position["epoch"]!, NumberOf(position["revision"]!)) : null;

    /// <summary>The client's enumeration member for a constant of the contract, such as <c>TOOL_DIALECT_OPENAI</c>.</summary>
    internal T? Constant<T>(string name)
        where T : struct, Enum
    {
        var letters = Text(name)?.Replace("_", string.Empty, StringComparison.Ordinal);
        return letters is null
            ? null
            : Enum.GetValues<T>().Single(known => string.Equals($"{typeof(T).Name}{known}", letters, StringComparison.OrdinalIgnoreCase));
    }

    internal Given? Find(string name) => request[name] is JsonObject part ? new(part) : null;

    internal IEnumerable<Given> Each(string name) => (request[name]?.AsArray() ?? []).Select(entry => new Given(entry!.AsObject()));

    private static long NumberOf(JsonNode number) => long.Parse((string)number!, CultureInfo.InvariantCulture);
}
