using Syntha.Mesh.State;
using Syntha.Mesh.Stores;

namespace Syntha.Mesh.Serving;

/// <summary>
/// What is known of a mesh at one position of the past. First it knows for each subject that has changed since which row held it then: so
/// one key can be read without the whole state. When the whole state was asked for, it keeps that as well. Thread-safe; one caller at a
/// time adds to it.
/// </summary>
internal sealed class PastState(Position point, DateTimeOffset moment)
{
    private readonly Lock knowing = new();
    private readonly Dictionary<string, Replacement> keys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Replacement> agents = new(StringComparer.Ordinal);
    private long revision = point.Revision;
    private long bytes = 1024;
    private volatile MeshState? whole;
    private long replacedAtWhole;
    private long wholeBytes;

    public Position Point => point;

    /// <summary>The mesh's last redaction when this was begun. After another one it is not used any more.</summary>
    public required long Redacted { get; init; }

    /// <summary>The time of the position's command: what had expired by then is absent.</summary>
    public DateTimeOffset Moment => moment;

    /// <summary>The last row of the log that it knows.</summary>
    public ChangePlace Through { get; private set; } = new(point.Revision, ChangePlace.MaxIndex);

    /// <summary>The last revision that it knows as a whole.</summary>
    public long Revision => Volatile.Read(ref revision);

    public DateTimeOffset UsedAt { get; set; }

    /// <summary>The whole state. Null: no read has asked for it yet.</summary>
    public MeshState? Whole => whole;

    /// <summary>An estimate of what it keeps in memory beyond the present state, in bytes.</summary>
    public long BytesBeside(MeshState present) => Volatile.Read(ref bytes) + (whole is { } state
        ? Math.Min(state.MemoryBytes, Volatile.Read(ref wholeBytes) + Math.Max(0, present.Replaced - Volatile.Read(ref replacedAtWhole)))
        : 0);

    /// <summary>Takes in the next page of the log. Of each subject the first change behind the position counts.</summary>
    /// <param name="page">The page.</param>
    /// <param name="isLast">Whether the log ends with it. Any other page may end within a command.</param>
    public void Add(ImmutableArray<Replacement> page, bool isLast)
    {
        lock (knowing)
        {
            foreach (var row in page)
            {
                // A redaction is no change of its subject, and a claim's name is no key.
                if (row.Kind != ChangeKind.Redacted && !row.IsClaim && (row.IsAgent ? agents : keys).TryAdd(row.Subject, row))
                {
                    bytes += 160 + (2L * row.Subject.Length) + (2 * (row.Former?.Length ?? 0));
                }
            }
        }
        if (!page.IsEmpty)
        {
            Through = page[^1].Place;
            Volatile.Write(ref revision, isLast ? Through.Revision : Through.Revision - 1);
        }
    }

    /// <summary>The first change of a key behind the position. Null: it is now as it was then.</summary>
    public Replacement? FindKey(string key)
    {
        lock (knowing)
        {
            return keys.TryGetValue(key, out var row) ? row : null;
        }
    }

    /// <summary>As <see cref="FindKey"/>, of an agent's record.</summary>
    public Replacement? FindAgent(string agent)
    {
        lock (knowing)
        {
            return agents.TryGetValue(agent, out var row) ? row : null;
        }
    }

    /// <summary>All changes that <see cref="FindKey"/> knows.</summary>
    public Replacement[] Keys()
    {
        lock (knowing)
        {
            return [.. keys.Values];
        }
    }

    /// <summary>All changes that <see cref="FindAgent"/> knows.</summary>
    public Replacement[] Agents()
    {
        lock (knowing)
        {
            return [.. agents.Values];
        }
    }

    /// <summary>Keeps the whole state.</summary>
    /// <param name="state">The state.</param>
    /// <param name="present">The state that it was made from, and shares most of its memory with.</param>
    /// <param name="restoredBytes">The bytes of the items that it does not share.</param>
    public void Keep(MeshState state, MeshState present, long restoredBytes)
    {
        Volatile.Write(ref replacedAtWhole, present.Replaced);
        Volatile.Write(ref wholeBytes, state.Replaced - present.Replaced + (2 * restoredBytes));
        whole = state;
    }
}
