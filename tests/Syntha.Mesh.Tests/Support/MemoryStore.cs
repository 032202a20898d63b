using System.Diagnostics.CodeAnalysis;

namespace Syntha.Mesh.Tests.Support;

/// <summary>
/// A user's store in memory that behaves as a database does: it keeps tables of its own beside the log and derives them from the rows it is
/// given, never from the mesh; it knows microseconds only; it refuses revisions that do not continue the log; one writer has its turn at a
/// time. A test can step in before a load, around a turn and around a commit. Thread-safe.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has no handle unless one is asked for.")]
internal sealed class MemoryStore(TimeProvider time) : IUserStore
{
    private static readonly TimeSpan RequestLife = TimeSpan.FromHours(24);

    private readonly Lock tables = new();
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly List<CommittedCommand> log = [];
    private readonly List<int> groups = [];
    private readonly Dictionary<string, ContextItem> items = [];
    private readonly Dictionary<string, ExpiredItem> expired = [];
    private readonly Dictionary<string, AgentRecord> agents = [];
    private int loads;

    public string Epoch { get; } = Guid.NewGuid().ToString("N");

    public Func<Func<ValueTask>, ValueTask> AroundCommit { get; set; } = static commit => commit();

    public Func<Func<Task>, Task> AroundTurn { get; set; } = static work => work();

    public Func<ValueTask> BeforeLoad { get; set; } = static () => ValueTask.CompletedTask;

    /// <summary>How often the store was loaded.</summary>
    public int Loads => Volatile.Read(ref loads);

    /// <summary>What no mesh may ever ask of a store, such as a revision that was given out before.</summary>
    public string? Violation { get; private set; }

    public ImmutableArray<CommittedCommand> Log
    {
        get
        {
            lock (tables)
                return [.. log];
        }
    }

    public IEnumerable<Change> Changes => Log.SelectMany(command => command.Changes);

    /// <summary>How many commands each committed group had.</summary>
    public ImmutableArray<int> Groups
    {
        get
        {
            lock (tables)
                return [.. groups];
        }
    }

    public StoredMesh Read()
    {
        lock (tables)
            return new(new(Epoch, log.Count), 1, [.. items.Values], [.. expired.Values], [.. agents.Values]);
    }

    public async ValueTask<StoredMesh> LoadAsync(CancellationToken cancellationToken)
    {
        await BeforeLoad();
        Interlocked.Increment(ref loads);
        return Read();
    }

    public async Task WriteAsync(Func<IStoreTransaction, ValueTask> work, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            await AroundTurn(() => work(new Transaction(this, Cut(time.GetUtcNow()))).AsTask());
        }
        finally
        {
            turn.Release();
        }
    }

    public ValueTask<ImmutableArray<Change>> ReadChangesAsync(
        long afterRevision, int maxChanges, long maxBytes, CancellationToken cancellationToken)
    {
        var changes = ImmutableArray.CreateBuilder<Change>();
        long bytes = 0;
        foreach (var command in Log.Where(command => command.Revision > afterRevision))
        {
            changes.AddRange(command.Changes);
            bytes += command.Changes.Sum(change => change.Item?.Bytes ?? 0);
            if (changes.Count >= maxChanges || bytes >= maxBytes)
                break;
        }
        return new(changes.ToImmutable());
    }

    /// <summary>The next commit waits, before anything is written, until the test releases it.</summary>
    public Hold HoldNextCommit()
    {
        var hold = new Hold();
        AroundCommit = async commit =>
        {
            AroundCommit = static straight => straight();
            await hold.PassAsync();
            await commit();
        };
        return hold;
    }

    /// <summary>The next turn waits, before its group is put together, until the test releases it.</summary>
    public Hold HoldNextTurn()
    {
        var hold = new Hold();
        AroundTurn = async work =>
        {
            AroundTurn = static straight => straight();
            await hold.PassAsync();
            await work();
        };
        return hold;
    }

    /// <summary>The next commit fails: with nothing written, or with everything written and only the answer lost.</summary>
    public void FailNextCommit(Exception failure, bool isWritten = false) => AroundCommit = async commit =>
    {
        AroundCommit = static straight => straight();
        if (isWritten)
            await commit();
        throw failure;
    };

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
            groups.Add(commands.Count);
            foreach (var change in commands.SelectMany(command => command.Changes))
                Apply(change);
        }
    }

    private void Apply(Change change)
    {
        switch (change.Kind)
        {
            case ChangeKind.Created or ChangeKind.Updated:
                var item = change.Item!;
                items[change.Subject] = item with { UpdatedAt = Cut(item.UpdatedAt), ExpiresAt = item.ExpiresAt is { } at ? Cut(at) : null };
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
            case ChangeKind.AgentChanged when change.Agent!.IsEmpty:
                agents.Remove(change.Subject);
                break;
            default:
                agents[change.Subject] = change.Agent!;
                break;
        }
    }

    private sealed class Transaction(MemoryStore store, DateTimeOffset now) : IStoreTransaction
    {
        private bool isSpent;

        public DateTimeOffset Now => now;

        public ValueTask<IReadOnlyDictionary<Guid, KnownRequest>> FindRequestsAsync(IReadOnlyCollection<Guid> ids) =>
            new(store.Log
                .Where(command => command.Request is { } request && ids.Contains(request.Id) && command.Changes[0].Time > now - RequestLife)
                .ToDictionary(command => command.Request!.Id, command => new KnownRequest(command.Revision, command.Request!)));

        public ValueTask CommitAsync(IReadOnlyList<CommittedCommand> commands)
        {
            if (isSpent)
                throw new InvalidOperationException("A turn commits once.");
            isSpent = true;
            return store.AroundCommit(() =>
            {
                store.Append(commands);
                return ValueTask.CompletedTask;
            });
        }
    }
}
