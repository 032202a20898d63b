using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Syntha.Mesh.Moving;

/// <summary>
/// One line of an export: JSON with exactly one of these. The header comes first, then the agents, then the items in the order in which they
/// were written, then the trailer. What a later version adds must be optional, or the format's version rises.
/// </summary>
internal sealed record ExportLine(
    ExportLine.HeaderLine? Header = null, ExportLine.AgentLine? Agent = null, ExportLine.ItemLine? Item = null, ExportLine.TrailerLine? Trailer = null)
{
    public const string Format = "syntha-user";
    public const int Version = 1;

    /// <summary>What is exported, and as of when.</summary>
    internal sealed record HeaderLine(string Format, int Version, string User, string Epoch, long Revision, DateTimeOffset Time);

    internal sealed record AgentLine(string Name, SubscriptionPart[] Subscriptions, PermissionsPart? Permissions = null, AccessPart? Access = null);

    internal sealed record SubscriptionPart(string Topic, long Revision, int Index);

    internal sealed record PermissionsPart(string[] Topics, bool MayPostGlobal, bool MayPostDirect);

    /// <summary>What a predefined role allows is not told: it is what the server that reads this says.</summary>
    internal sealed record AccessPart(string? Role = null, string[]? RoleTools = null, string[]? Allowed = null, string[]? Denied = null);

    /// <summary>Value and metadata are texts within the text, so that they arrive as they were given, to the byte.</summary>
    internal sealed record ItemLine(
        string Key, string ValueJson, long Revision, int Index, DateTimeOffset UpdatedAt, DateTimeOffset? ExpiresAt = null,
        string? MetadataJson = null, string? Author = null, string[]? Topics = null, string[]? Subscribers = null);

    /// <summary>Tells that nothing is missing and nothing was altered.</summary>
    /// <param name="Agents">How many there are.</param>
    /// <param name="Items">How many there are.</param>
    /// <param name="Sha256">Of all bytes before this line, in hexadecimal digits.</param>
    internal sealed record TrailerLine(long Agents, long Items, string Sha256);
}

[JsonSerializable(typeof(ExportLine))]
internal sealed partial class ExportJson : JsonSerializerContext
{
    // Relaxed: what HTML would misread is no matter here, and escapes would make most values a third longer.
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
