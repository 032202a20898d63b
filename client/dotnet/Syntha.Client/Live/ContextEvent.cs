using System.Collections.Immutable;

namespace Syntha.Client;

/// <summary>
/// One event of a subscription. The members of this closed family are nested here. A program that only wants the news looks at
/// <see cref="Committed"/>. A program that keeps a copy also needs <see cref="Reset"/> and the snapshots, as <see cref="ContextView"/>
/// does. All other events may be ignored. Immutable.
/// </summary>
public abstract record ContextEvent
{
    private protected ContextEvent()
    {
    }

    /// <summary>
    /// How far the subscriber has got once it has dealt with this event, counting changes that are not part of its view. Keep it, and give
    /// it to <see cref="SubscriptionStart.After"/> to go on here: nothing comes twice, and nothing is skipped. <see langword="null"/>: a
    /// subscription cannot resume at this event, so keep the position before.
    /// </summary>
    public Position? Through => Place;

    // Being internal, it also closes the family: no type outside of this assembly can implement it.
    internal abstract Position? Place { get; }

    /// <summary>The server serves the subscription: at the start, and again after each interruption.</summary>
    /// <param name="Position">
    /// Changes after this position will be delivered, so also every push that is acknowledged from now on.
    /// </param>
    /// <param name="OldestRevision">
    /// The lowest revision that the change log still has. A subscription may resume after the revision before it, and after any later one.
    /// </param>
    /// <param name="Heartbeat">The longest time between two messages of the server.</param>
    /// <param name="IsSnapshotAhead">Whether a snapshot comes first. A subscription cannot resume at this position then.</param>
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

    /// <summary>One command with all its changes in this view: never a part of a command, and never two commands.</summary>
    /// <param name="Revision">The command's revision. It grows from one event to the next.</param>
    /// <param name="Changes">The changes in their order, at least one.</param>
    /// <param name="Position">How far the subscriber has got with it.</param>
    public sealed record Committed(long Revision, ImmutableArray<ContextChange> Changes, Position Position) : ContextEvent
    {
        internal override Position? Place => Position;
    }

    /// <summary>
    /// Nothing happened in this view up to here. It comes with every heartbeat of a quiet mesh, so that the position to resume after does
    /// not grow old.
    /// </summary>
    /// <param name="Position">How far the subscriber has got.</param>
    public sealed record Progress(Position Position) : ContextEvent
    {
        internal override Position? Place => Position;
    }

    /// <summary>
    /// The changes are not continuous here. What was known of the view is void, and a snapshot of it follows. You may keep the old copy
    /// until the snapshot is complete.
    /// </summary>
    /// <param name="Reason">The reason.</param>
    public sealed record Reset(ResetReason Reason) : ContextEvent
    {
        internal override Position? Place => null;
    }

    /// <summary>
    /// A snapshot begins: the whole view as of one revision. An earlier snapshot that did not complete, because the connection broke, is
    /// void.
    /// </summary>
    /// <param name="Position">The position that the snapshot shows.</param>
    public sealed record SnapshotStarted(Position Position) : ContextEvent
    {
        internal override Position? Place => null;
    }

    /// <summary>A part of the snapshot that has begun, at most 3 MiB.</summary>
    /// <param name="Items">Items in the byte order of their keys. The order goes on through all parts.</param>
    public sealed record SnapshotItems(ImmutableArray<ContextItem> Items) : ContextEvent
    {
        internal override Position? Place => null;
    }

    /// <summary>The snapshot is complete. An item that it does not hold is not in this view. Changes after it follow.</summary>
    /// <param name="Position">The position that the snapshot shows.</param>
    public sealed record SnapshotCompleted(Position Position) : ContextEvent
    {
        internal override Position? Place => Position;
    }

    /// <summary>
    /// The connection is gone. The subscription connects again after the delay, and goes on where it was. Leave the enumeration here to
    /// give up.
    /// </summary>
    /// <param name="Reason">The reason.</param>
    /// <param name="Failure">The failure that the server or the transport reported. <see langword="null"/> when they reported none.</param>
    /// <param name="Attempt">The number of the attempt that follows, counted from 1 since the subscription last got further.</param>
    /// <param name="Delay">How long the subscription waits before it.</param>
    public sealed record Interrupted(InterruptionReason Reason, SynthaException? Failure, int Attempt, TimeSpan Delay) : ContextEvent
    {
        internal override Position? Place => null;
    }

    /// <summary>A message of a newer server that this version of the client does not know. It may be ignored.</summary>
    public sealed record Unknown : ContextEvent
    {
        internal override Position? Place => null;
    }
}
