using System.Diagnostics.CodeAnalysis;

namespace Syntha.Mesh.Tests.Support;

/// <summary>
/// A user's store in memory that behaves as a database does: it keeps tables of its own beside the log and derives them from the rows it is
/// given, never from the mesh; it knows microseconds only; it refuses revisions that do not continue the log; one writer has its turn at a
/// time. Thread-safe.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has no handle unless one is asked for.")]
internal sealed partial class MemoryStore(TimeProvider time) : IUserStore
{
    private readonly Lock tables = new();
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly List<CommittedCommand> log = [];
    private readonly List<int> groups = [];
    private readonly Dictionary<string, ContextItem> items = [];
    private readonly Dictionary<string, ExpiredItem> expired = [];
    private readonly Dictionary<string, AgentRecord> agents = [];
    private readonly Dictionary<string, ClaimRecord> claims = [];
    private int loads;
    private long oldest = 1;
    private LogSize size;
    private bool isErased;

    public IStoreHistory History => new MemoryHistory(this);

    public ICommitLog Commits => throw new NotSupportedException("No mesh asks for them.");

    public IOutcomeStore Outcomes => throw new NotSupportedException("No mesh asks for outcomes.");

    public string Epoch { get; private set; } = Guid.NewGuid().ToString("N");

    public bool IsErased => Volatile.Read(ref isErased);

    private Action Moved { get; set; } = static () => { };

    /// <summary>Whether several nodes use the store. The store of one node is loaded between two turns, as a file is.</summary>
    public bool IsShared { get; init; }

    /// <summary>How often the store was loaded.</summary>
    public int Loads => Volatile.Read(ref loads);

    /// <summary>A forbidden request of a mesh, such as a revision that was used before. Null: there was none.</summary>
    public string? Violation { get; private set; }

    /// <summary>All committed commands, also those that the log has dropped since. Only tests see these.</summary>
    public ImmutableArray<CommittedCommand> Log
    {
        get
        {
            lock (tables)
            {
                return [.. log];
            }
        }
    }

    /// <summary>The lowest revision that is still in the log.</summary>
    public long Oldest
    {
        get
        {
            lock (tables)
            {
                return oldest;
            }
        }
    }

    /// <summary>The size of the log.</summary>
    public LogSize Size
    {
        get
        {
            lock (tables)
            {
                return size;
            }
        }
    }

    public IEnumerable<Change> Changes => Log.SelectMany(command => command.Changes);

    /// <summary>How many commands each committed group had.</summary>
    public ImmutableArray<int> Groups
    {
        get
        {
            lock (tables)
            {
                return [.. groups];
            }
        }
    }

    public StoredMesh Read()
    {
        lock (tables)
        {
            return new(new(Epoch, log.Count), oldest, [.. items.Values], [.. expired.Values], [.. agents.Values])
            {
                Claims = [.. claims.Values],
            };
        }
    }

    public async ValueTask<StoredMesh> LoadAsync(CancellationToken cancellationToken)
    {
        await BeforeLoad();
        Interlocked.Increment(ref loads);
        if (!IsShared)
        {
            await turn.WaitAsync(cancellationToken);
        }

        try
        {
            DemandPresent();
            return Read();
        }
        finally
        {
            if (!IsShared)
            {
                turn.Release();
            }

            await AfterLoad();
        }
    }

    public async Task WriteAsync(Func<IStoreTransaction, ValueTask> work, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            await AroundTurn(() =>
            {
                DemandPresent();
                return work(new Transaction(this, Cut(time.GetUtcNow()))).AsTask();
            });
        }
        finally
        {
            turn.Release();
        }
    }

    public async ValueTask<ImmutableArray<Change>> ReadChangesAsync(
        long afterRevision, int maxChanges, long maxBytes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await BeforeRead();
        DemandPresent();
        ImmutableArray<CommittedCommand> rest;
        lock (tables)
        {
            if (afterRevision + 1 < oldest)
            {
                throw Compacted();
            }

            rest = [.. log.Skip((int)afterRevision)];
        }
        var changes = ImmutableArray.CreateBuilder<Change>();
        long bytes = 0;
        foreach (var command in rest)
        {
            changes.AddRange(command.Changes);
            bytes += command.Changes.Sum(change => change.Item?.Bytes ?? 0);
            if (changes.Count >= maxChanges || bytes >= maxBytes)
            {
                break;
            }
        }
        await AfterRead();
        return changes.ToImmutable();
    }

    public async ValueTask<StoreHead> ReadHeadAsync(CancellationToken cancellationToken)
    {
        await BeforeHead();
        return Volatile.Read(ref isErased) ? StoreHead.Empty : Head;
    }

    public Task RenewEpochAsync(Position known, CancellationToken cancellationToken)
    {
        lock (tables)
        {
            if (known.Epoch == Epoch && known.Revision > log.Count)
            {
                Epoch = Guid.NewGuid().ToString("N");
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>The database fails over to a copy that lacks the last command.</summary>
    public void LoseLastCommand()
    {
        lock (tables)
        {
            log.RemoveAt(log.Count - 1);
            items.Clear();
            foreach (var change in log.SelectMany(command => command.Changes))
            {
                Apply(change);
            }
        }
    }

    /// <summary>Waits for the turn under way; from then on nothing works.</summary>
    public async Task EraseAsync()
    {
        await turn.WaitAsync();
        Volatile.Write(ref isErased, true);
        turn.Release();
    }

    /// <summary>Waits for the turn under way, and gives the store a new epoch.</summary>
    public async Task RenewEpochAsync()
    {
        await turn.WaitAsync();
        Epoch = Guid.NewGuid().ToString("N");
        turn.Release();
    }

    private void DemandPresent()
    {
        if (Volatile.Read(ref isErased))
        {
            throw new MeshException(ErrorReason.EpochChanged, "The store was erased.");
        }
    }

    public IDisposable Watch(Action moved)
    {
        Moved += moved;
        AfterWatch();
        return new Watcher(this, moved);
    }

    /// <summary>Calls the watchers, as the announcement of another node does.</summary>
    public void Announce() => Moved();

    private StoreHead Head
    {
        get
        {
            lock (tables)
            {
                return new(new(Epoch, log.Count), oldest);
            }
        }
    }

    private MeshException Compacted() => new(ErrorReason.HistoryCompacted, "The log no longer reaches back.")
    {
        Metadata = { ["oldest"] = $"{oldest}", ["head"] = $"{log.Count}" },
    };

    private static long SizeOf(Change change) =>
        100 + new[] { change.Subject, change.Item?.ValueJson, change.Item?.MetadataJson }
            .Sum(text => Encoding.UTF8.GetByteCount(text ?? ""));

    private LogTrim Trim(LogLimits limits, DateTimeOffset now, int maxChanges)
    {
        lock (tables)
        {
            var dropped = 0L;
            for (; oldest <= log.Count; oldest++)
            {
                var changes = log[(int)oldest - 1].Changes;
                var isWithin = changes[0].Time >= limits.OldestKept(now) && !limits.AreExceededBy(size);
                if (isWithin || dropped >= maxChanges)
                {
                    return new(oldest, dropped, changes[0].Time, HasMore: !isWithin);
                }

                dropped += changes.Length;
                size = new(size.Changes - changes.Length, size.Bytes - changes.Sum(SizeOf));
            }
            return new(oldest, dropped, null, HasMore: false);
        }
    }

    private static DateTimeOffset Cut(DateTimeOffset moment) =>
        new(moment.UtcTicks - (moment.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    private void Append(IReadOnlyList<CommittedCommand> commands)
    {
        lock (tables)
        {
            for (var index = 0; index < commands.Count; index++)
            {
                if (commands[index].Revision != log.Count + index + 1 || commands[index].Changes.IsEmpty)
                {
                    Violation = $"Revision {commands[index].Revision} does not continue the log, which ends with {log.Count + index}.";
                    throw new InvalidOperationException(Violation);
                }
            }
            log.AddRange(commands);
            foreach (var change in commands.SelectMany(command => command.Changes))
            {
                size = new(size.Changes + 1, size.Bytes + SizeOf(change));
            }

            groups.Add(commands.Count);
            foreach (var change in commands.SelectMany(command => command.Changes))
            {
                Apply(change);
            }
        }
    }

    private void Apply(Change change)
    {
        switch (change.Kind)
        {
            case ChangeKind.Created or ChangeKind.Updated:
                var item = change.Item!;
                items[change.Subject] = item with
                {
                    UpdatedAt = Cut(item.UpdatedAt),
                    ExpiresAt = item.ExpiresAt is { } at ? Cut(at) : null,
                };
                expired.Remove(change.Subject);
                break;
            case ChangeKind.Removed:
                items.Remove(change.Subject);
                break;
            case ChangeKind.Expired:
                items.Remove(change.Subject);
                expired[change.Subject] = new(ContextKey.Trusted(change.Subject), change.Place, change.Before!);
                break;
            case ChangeKind.Purged:
                expired.Remove(change.Subject);
                break;
            case ChangeKind.Claimed or ChangeKind.ClaimRenewed or ChangeKind.ClaimReleased or ChangeKind.ClaimExpired:
                if (change.Claim!.IsEmpty)
                {
                    claims.Remove(change.Subject);
                }
                else
                {
                    claims[change.Subject] = change.Claim;
                }

                break;
            case ChangeKind.Redacted:
                TakeValue(change.Redacts!.Value);
                break;
            case ChangeKind.AgentChanged when change.Agent!.IsEmpty:
                agents.Remove(change.Subject);
                break;
            default:
                agents[change.Subject] = change.Agent!;
                break;
        }
    }

    // The row keeps who wrote it, and when.
    private void TakeValue(ChangePlace place)
    {
        var command = log[(int)place.Revision - 1];
        var row = command.Changes[place.Index];
        size = new(size.Changes, size.Bytes - (place.Revision >= oldest ? SizeOf(row) : 0));
        row = row with { Item = row.Item! with { ValueJson = "null", MetadataJson = null, IsRedacted = true } };
        size = new(size.Changes, size.Bytes + (place.Revision >= oldest ? SizeOf(row) : 0));
        log[(int)place.Revision - 1] = command with { Changes = command.Changes.SetItem(place.Index, row) };
    }

    private sealed class Watcher(MemoryStore store, Action moved) : IDisposable
    {
        public void Dispose() => store.Moved = (store.Moved - moved)!;
    }

    private sealed class Transaction(MemoryStore store, DateTimeOffset now) : IStoreTransaction
    {
        private bool isSpent;

        public DateTimeOffset Now => now;

        public StoreHead Head => store.Head;

        public ValueTask<ImmutableArray<Change>> ReadChangesAsync(long afterRevision, int maxChanges, long maxBytes) =>
            store.ReadChangesAsync(afterRevision, maxChanges, maxBytes, CancellationToken.None);

        public ValueTask<IReadOnlyDictionary<Guid, KnownRequest>> FindRequestsAsync(IReadOnlyCollection<Guid> ids) =>
            new(store.Log
                .Where(command => command.Revision >= store.Oldest)
                .Where(command => command.Changes[0].Time > now - RequestIdentity.Lifetime)
                .Where(command => command.Request is { } request && ids.Contains(request.Id))
                .ToDictionary(command => command.Request!.Id, command => new KnownRequest(command.Revision, command.Request!)));

        public LogSize LogSize => store.Size;

        public ValueTask<LogTrim> TrimAsync(LogLimits limits, int maxChanges)
        {
            Spend();
            return store.AroundTrim(() => new(store.Trim(limits, now, maxChanges)));
        }

        public ValueTask CommitAsync(IReadOnlyList<CommittedCommand> commands)
        {
            Spend();
            return store.AroundCommit(() =>
            {
                store.Append(commands);
                return ValueTask.CompletedTask;
            });
        }

        private void Spend()
        {
            if (isSpent)
            {
                throw new InvalidOperationException("A turn commits once.");
            }

            isSpent = true;
        }
    }
}
