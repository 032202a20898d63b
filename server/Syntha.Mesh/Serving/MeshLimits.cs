namespace Syntha.Mesh.Serving;

/// <summary>How much memory loaded meshes may take, and how long; and how much of each log is kept.</summary>
/// <param name="MaxBytes">Estimated bytes of all loaded meshes. Beyond it the least recently used ones that no call holds leave memory.</param>
/// <param name="IdleTime">A mesh that no call used for this long leaves memory.</param>
/// <param name="PurgeInterval">How often expired items of loaded meshes are purged, and their logs are looked at for what is too old.</param>
public sealed record MeshLimits(long MaxBytes, TimeSpan IdleTime, TimeSpan PurgeInterval)
{
    public LogLimits Log { get; init; } = LogLimits.Default;

    /// <summary>Whether a user's log has as many bytes as the user may hold, instead of those of <see cref="Log"/>.</summary>
    public bool IsLogBoundByQuota { get; init; }

    public FeedLimits Feeds { get; init; } = new();
}
