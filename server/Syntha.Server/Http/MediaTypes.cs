namespace Syntha.Server.Http;

/// <summary>The media types of bodies.</summary>
internal static class MediaTypes
{
    public const string Json = "application/json";

    /// <summary>RFC 6902.</summary>
    public const string JsonPatch = "application/json-patch+json";

    /// <summary>RFC 7396.</summary>
    public const string MergePatch = "application/merge-patch+json";
}
