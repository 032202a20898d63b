using Syntha.Mesh.State;

namespace Syntha.Mesh.Serving;

/// <summary>
/// What readers of a mesh see: its current state, the newest commands for those who follow it, and the signal that there is something new.
/// Thread-safe. Readers take no lock; a new state comes from the writer or from a reader who catches up, and the lock holds them apart.
/// </summary>
internal sealed class PublishedState(MeshState loaded, FeedLimits limits)
{
    private readonly Lock publishing = new();
    private readonly ChangeSignal changed = new();
    private volatile MeshState current = loaded;
    private RecentCommands? recent;

    public MeshState Current => current;

    /// <summary>Ends when there is something new, or when it is raised.</summary>
    public Task NextChange => changed.Next;

    /// <summary>
    /// Called when values were redacted, just before readers see the state that says so, and under the lock: what was read before and is
    /// kept must go. The store has them no more, so what is read from now on is right.
    /// </summary>
    public Action? Redacted { get; set; }

    /// <summary>The states that snapshots under way still read.</summary>
    public PinnedStates Pinned { get; } = new(limits.PinnedBytes);

    /// <summary>An estimate of the memory of the newest commands, in bytes.</summary>
    public long RecentBytes => recent?.Bytes ?? 0;

    /// <summary>Keeps the newest commands from now on. False: it does so already.</summary>
    public bool TryKeepRecent() =>
        recent is null && Interlocked.CompareExchange(ref recent, new RecentCommands(limits), null) is null;

    /// <summary>The command of a revision; null: it is not among the newest, or they are not kept.</summary>
    public CommittedCommand? FindRecent(long revision) => Volatile.Read(ref recent)?.Find(revision);

    /// <summary>Publishes commands that this node has committed.</summary>
    /// <param name="commands">The commands, in their order.</param>
    /// <param name="reached">The state behind the last of them.</param>
    public void Publish(IReadOnlyList<CommittedCommand> commands, MeshState reached)
    {
        lock (publishing)
        {
            // A reader who catches up may have read these from the log, in part or as a whole, as soon as they were committed.
            var news = commands.SkipWhile(command => command.Revision <= current.Position.Revision).ToList();
            if (news.Count > 0)
            {
                PublishUnsynchronized(news, reached);
            }
        }
    }

    /// <summary>Folds in changes that other nodes have committed, as far as they are new here.</summary>
    public void Apply(ImmutableArray<Change> changes)
    {
        var commands = changes
            .GroupBy(change => change.Place.Revision)
            .Select(group => new CommittedCommand(group.Key, [.. group], null))
            .ToList();
        lock (publishing)
        {
            var news = commands.Where(command => command.Revision > current.Position.Revision).ToList();
            if (news.Count == 0)
            {
                return;
            }

            var fold = new MeshFold(current);
            foreach (var change in news.SelectMany(command => command.Changes))
            {
                fold.Apply(change);
            }

            PublishUnsynchronized(news, fold.ToState(current.Position with { Revision = news[^1].Revision }));
        }
    }

    /// <summary>Notes that the log has lost its old end.</summary>
    public void MoveOldest(long oldestRevision)
    {
        lock (publishing)
        {
            if (oldestRevision > current.OldestRevision)
            {
                current = current.WithOldest(oldestRevision);
            }
        }
    }

    /// <summary>Wakes all who wait, though nothing is new: the mesh fails.</summary>
    public void Wake() => changed.Raise();

    // The commands first: a reader of streams looks for them when it has seen the state.
    private void PublishUnsynchronized(List<CommittedCommand> commands, MeshState reached)
    {
        var isRedacted = reached.Redacted != current.Redacted;
        if (isRedacted)
        {
            Redacted?.Invoke();
        }

        if (Volatile.Read(ref recent) is { } tail)
        {
            if (isRedacted)
            {
                tail.Clear();
            }

            foreach (var command in commands)
            {
                tail.Add(command);
            }
        }
        current = reached.OldestRevision < current.OldestRevision ? reached.WithOldest(current.OldestRevision) : reached;
        Pinned.Fit(reached);
        changed.Raise();
    }
}
