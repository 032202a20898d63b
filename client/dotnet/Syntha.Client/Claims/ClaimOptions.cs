namespace Syntha.Client;

/// <summary>How a name is claimed. Immutable.</summary>
public sealed record ClaimOptions : WriteOptions
{
    /// <summary>
    /// How long the claim is held unless it is renewed: 1 second to 24 hours. <see langword="null"/> (default): 60 seconds.
    /// </summary>
    public TimeSpan? Lease { get; init; }

    /// <summary>
    /// An agent that is subscribed to one of these topics may see the claim. At most 20. Default: none. Without topics and subscribers all
    /// agents may see it.
    /// </summary>
    public IReadOnlyList<string> Topics { get; init; } = [];

    /// <summary>Agents that may see the claim besides those of the topics. At most 20. Default: none.</summary>
    public IReadOnlyList<string> Subscribers { get; init; } = [];

    /// <summary>
    /// Whether the handle renews the claim by itself, each third of its lease, until it is released, handed over, disposed or lost.
    /// Default: <see langword="false"/>.
    /// </summary>
    public bool KeepRenewed { get; init; }

    /// <summary>
    /// For a wait: how long the place in line outlives the stream, or the server that serves it: 1 second to 10 minutes.
    /// <see langword="null"/> (default): 10 seconds.
    /// </summary>
    public TimeSpan? Grace { get; init; }
}
