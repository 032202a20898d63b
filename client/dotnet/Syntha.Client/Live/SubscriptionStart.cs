namespace Syntha.Client;

/// <summary>Where a subscription starts. Immutable.</summary>
public sealed record SubscriptionStart
{
    private SubscriptionStart()
    {
    }

    /// <summary>With what is committed after the server has opened the subscription. The default.</summary>
    public static SubscriptionStart Now { get; } = new();

    /// <summary>With all items of the view as of one revision, and then with what is committed after it.</summary>
    public static SubscriptionStart Snapshot { get; } = new() { IsSnapshot = true };

    internal Position? Position { get; private init; }

    internal bool IsSnapshot { get; private init; }

    /// <summary>
    /// With what was committed after a position. When the server can no longer tell that (the log does not reach back, or the position is
    /// of another life of the store or beyond its end), the subscription begins with <see cref="ContextEvent.Reset"/> and a snapshot
    /// instead.
    /// </summary>
    /// <param name="position">The last <see cref="ContextEvent.Through"/> that was dealt with, or the position of a receipt.</param>
    /// <returns>The start.</returns>
    public static SubscriptionStart After(Position position) => new() { Position = position };
}
