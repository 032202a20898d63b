namespace Syntha.Client;

/// <summary>
/// Which items a subscription is about, where it starts, and how it keeps its connection. All conditions must hold, and the subscriber
/// must be allowed to read the item. Immutable.
/// </summary>
public sealed record SubscriptionOptions
{
    internal static readonly TimeSpan ShortestHeartbeat = TimeSpan.FromSeconds(1);
    internal static readonly TimeSpan LongestHeartbeat = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Only items that carry one of these topics, at most 1,000. Empty (default): all. Leave it out where the topics are an argument.
    /// </summary>
    public IReadOnlyList<string> Topics { get; init; } = [];

    /// <summary>Only keys that begin with this text, taken literally. Empty (default): all.</summary>
    public string KeyPrefix { get; init; } = string.Empty;

    /// <summary>Only keys that match this pattern, see <see cref="ListFilter.KeyGlob"/>. <see langword="null"/> (default): all.</summary>
    public string? KeyGlob { get; init; }

    /// <summary>
    /// Only changes of these kinds. Snapshots are not affected. Empty (default): all. A <see cref="ContextView"/> needs all.
    /// </summary>
    public IReadOnlyList<ChangeKind> Kinds { get; init; } = [];

    /// <summary>Whether to leave the values out. Default: <see langword="false"/>.</summary>
    public bool KeysOnly { get; init; }

    /// <summary>
    /// Whether to deliver <see cref="ChangeKind.AgentChanged"/> of all agents as well. Only for the owner. Default:
    /// <see langword="false"/>.
    /// </summary>
    public bool IncludeAgents { get; init; }

    /// <summary>
    /// Whether to deliver changes of the claims that the subscriber may see as well. The conditions on keys count for their names, and
    /// those on topics for their topics. Snapshots have no claims. Default: <see langword="false"/>.
    /// </summary>
    public bool IncludeClaims { get; init; }

    /// <summary>Where the subscription starts. Default: <see cref="SubscriptionStart.Now"/>.</summary>
    public SubscriptionStart Start { get; init; } = SubscriptionStart.Now;

    /// <summary>
    /// The longest time between two messages of the server. When the program waits for an event and nothing comes for twice this time, the
    /// subscription connects anew. The time that the program itself takes between two events does not count. Default: 15 seconds. 1 to 60
    /// seconds.
    /// </summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// The longest wait before the first attempt to connect again. It doubles while the subscription gets no further, and each wait is
    /// chosen at random between zero and it. Above zero, at most 24 hours. <see langword="null"/> (default):
    /// <see cref="SynthaClientOptions.RetryDelay"/>.
    /// </summary>
    public TimeSpan? RetryDelay { get; init; }

    /// <summary>
    /// The value up to which <see cref="RetryDelay"/> doubles, and the longest wait that a server may ask for. From
    /// <see cref="RetryDelay"/> to 24 hours. <see langword="null"/> (default): <see cref="SynthaClientOptions.MaxRetryDelay"/>, or
    /// <see cref="RetryDelay"/> when that is longer.
    /// </summary>
    public TimeSpan? MaxRetryDelay { get; init; }
}
