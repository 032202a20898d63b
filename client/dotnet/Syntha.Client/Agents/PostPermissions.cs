namespace Syntha.Client;

/// <summary>
/// What a restricted agent may post. An agent without stored permissions may post anything. An empty <see cref="PostPermissions"/> is the
/// opposite: it permits nothing. Immutable.
/// </summary>
public sealed class PostPermissions
{
    /// <summary>Permits the given topics, and neither global items nor direct ones.</summary>
    /// <param name="topics">Topics of 1 to 512 bytes of UTF-8, at most 1,000.</param>
    public PostPermissions(params IEnumerable<string> topics)
    {
        ArgumentNullException.ThrowIfNull(topics);
        Topics = [.. topics];
    }

    internal PostPermissions(V1.PostPermissions wire)
        : this(wire.Topics)
    {
        MayPostGlobal = wire.MayPostGlobal;
        MayPostDirect = wire.MayPostDirect;
    }

    /// <summary>The topics that the agent may post to, and from which it may take items by pushing them anew.</summary>
    public IReadOnlyList<string> Topics { get; }

    /// <summary>
    /// Whether the agent may push items without routing, which every agent reads. Default: <see langword="false"/>.
    /// </summary>
    public bool MayPostGlobal { get; init; }

    /// <summary>Whether the agent may name subscribers. Default: <see langword="false"/>.</summary>
    public bool MayPostDirect { get; init; }

    internal V1.PostPermissions ToWire() => new()
    {
        Topics = { WireText.Checked(Topics, nameof(Topics)) },
        MayPostGlobal = MayPostGlobal,
        MayPostDirect = MayPostDirect,
    };
}
