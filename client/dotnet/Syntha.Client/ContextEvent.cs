using System.Collections.Immutable;

namespace Syntha.Client;

/// <summary>
/// What a subscription hands out: a closed family, whose members are nested here. A program that only wants the news looks at
/// <see cref="Committed"/>; one that keeps a copy also heeds <see cref="Reset"/> and the snapshots (<see cref="ContextView"/> does);
/// everything else may be ignored. Immutable.
/// </summary>
public abstract record ContextEvent
{
    private protected ContextEvent()
    {
    }

    /// <summary>
    /// How far the subscriber has got once it has dealt with this event, counting what is not part of its view: what to keep, and to
    /// give to <see cref="SubscriptionStart.After"/> in order to go on here, with nothing twice and nothing skipped.
    /// <see langword="null"/>: this event is not a place to resume at; keep the one before.
    /// </summary>
    public Position? Through => Place;

    // Also what closes the family: nobody else can implement it.
    internal abstract Position? Place { get; }

    /// <summary>The server serves the subscription: at the start, and again after each interruption.</summary>
    /// <param name="Position">
    /// Changes after this position will be delivered, so also every push that is acknowledged from now on.
    /// </param>
    /// <param name="OldestRevision">The lowest revision that the change log still has: where one can resume after, less one.</param>
    /// <param name="Heartbeat">How often the server says something at the least.</param>
    /// <param name="IsSnapshotAhead">Whether a snapshot comes first; the position is then no place to resume at yet.</param>
    /// <param name="IsReconnected">Whether the subscription was served before, and goes on or begins anew here.</param>
    public sealed record Established(
        Position Position,
        long OldestRevision,
        TimeSpan Heartbeat,
        bool IsSnapshotAhead,
        bool IsReconnected) : ContextEvent
    {
        internal override Position? Place => IsSnapshotAhead ? null : Position;
    }

    /// <summary>One command with all its changes in this view: never a part of it, and never two.</summary>
    /// <param name="Revision">The command's revision; it grows from one event to the next.</param>
    /// <param name="Changes">Its changes in their order, at least one.</param>
    /// <param name="Position">How far the subscriber has got with it.</param>
    public sealed record Committed(long Revision, ImmutableArray<ContextChange> Changes, Position Position) : ContextEvent
    {
        internal override Position? Place => Position;
    }

    /// <summary>
    /// Nothing happened in this view up to here. Comes with every heartbeat of a quiet mesh, so that what is kept as the place to
    /// resume at does not grow old.
    /// </summary>
    /// <param name="Position">How far the subscriber has got.</param>
    public sealed record Progress(Position Position) : ContextEvent
    {
        internal override Position? Place => Position;
    }

    /// <summary>
    /// The changes are not continuous here: what was known of the view is void, and a snapshot of it follows. Keep the old copy until
    /// the snapshot is complete, if an old one is better than none.
    /// </summary>
    /// <param name="Reason">Why.</param>
    public sealed record Reset(ResetReason Reason) : ContextEvent
    {
        internal override Position? Place => null;
    }

    /// <summary>
    /// A snapshot begins: all of the view as of one revision. One that did not complete before, because the connection broke, is void.
    /// </summary>
    /// <param name="Position">The position that it shows.</param>
    public sealed record SnapshotStarted(Position Position) : ContextEvent
    {
        internal override Position? Place => null;
    }

    /// <summary>A part of the snapshot that has begun.</summary>
    /// <param name="Items">Items in the byte order of their keys, which goes on over all parts. At most 3 MiB.</param>
    public sealed record SnapshotItems(ImmutableArray<ContextItem> Items) : ContextEvent
    {
        internal override Position? Place => null;
    }

    /// <summary>The snapshot is complete: what it did not hold does not exist in this view. Changes after it follow.</summary>
    /// <param name="Position">The position that it shows.</param>
    public sealed record SnapshotCompleted(Position Position) : ContextEvent
    {
        internal override Position? Place => Position;
    }

    /// <summary>
    /// The connection is gone and is made anew after the delay; the subscription then goes on where it was. Leave the enumeration here
    /// to give up.
    /// </summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Failure">What the server or the transport said; <see langword="null"/> when they said nothing.</param>
    /// <param name="Attempt">Which attempt follows, counted from 1 since the subscription last got further.</param>
    /// <param name="Delay">How long the subscription waits before it.</param>
    public sealed record Interrupted(InterruptionReason Reason, SynthaException? Failure, int Attempt, TimeSpan Delay) : ContextEvent
    {
        internal override Position? Place => null;
    }

    /// <summary>A newer server said something that this version of the client does not know, and that may be ignored.</summary>
    public sealed record Unknown : ContextEvent
    {
        internal override Position? Place => null;
    }
}
