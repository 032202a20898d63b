using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Syntha.Mesh.Moving;

/// <summary>
/// One line of an export: JSON with exactly one of these parts. The header comes first, then the agents, then the items in the order in
/// which they were written, then the trailer. A later version may add optional parts only; for any other the format's version rises.
/// </summary>
internal sealed record ExportLine(
    ExportLine.HeaderLine? Header = null,
    ExportLine.AgentLine? Agent = null,
    ExportLine.ItemLine? Item = null,
    ExportLine.TrailerLine? Trailer = null)
{
    public const string Format = "syntha-user";
    public const int Version = 1;

    /// <summary>The exported user, and the moment of the export.</summary>
    internal sealed record HeaderLine(string Format, int Version, string User, string Epoch, long Revision, DateTimeOffset Time);

    internal sealed record AgentLine(
        string Name, SubscriptionPart[] Subscriptions, PermissionsPart? Permissions = null, AccessPart? Access = null);

    internal sealed record SubscriptionPart(string Topic, long Revision, int Index);

    internal sealed record PermissionsPart(string[] Topics, bool MayPostGlobal, bool MayPostDirect);

    /// <summary>The tools of a predefined role are not written. The server that reads the export knows them.</summary>
    internal sealed record AccessPart(string? Role = null, string[]? RoleTools = null, string[]? Allowed = null, string[]? Denied = null,
        bool? MayReadPast = null);

    /// <summary>Value and metadata are strings within the JSON, so that they arrive byte for byte as they were given.</summary>
    internal sealed record ItemLine(
        string Key, string ValueJson, long Revision, int Index, DateTimeOffset UpdatedAt, DateTimeOffset? ExpiresAt = null,
        string? MetadataJson = null, string? Author = null, string[]? Topics = null, string[]? Subscribers = null);

    /// <summary>Proves that nothing is missing and nothing was altered.</summary>
    /// <param name="Agents">The number of agents.</param>
    /// <param name="Items">The number of items.</param>
    /// <param name="Sha256">The hash of all bytes before this line, in hexadecimal digits.</param>
    internal sealed record TrailerLine(long Agents, long Items, string Sha256);
}

[JsonSerializable(typeof(ExportLine))]
internal sealed partial class ExportJson : JsonSerializerContext
{
    // Relaxed, because HTML never reads this text, and escapes would make most values a third longer.
    public static ExportJson Relaxed { get; } = new(new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    });
}
