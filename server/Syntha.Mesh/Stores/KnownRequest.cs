namespace Syntha.Mesh.Stores;

/// <summary>A request id that the log knows, and the revision of its command.</summary>
public sealed record KnownRequest(long Revision, RequestRecord Request);
