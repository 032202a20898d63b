namespace Syntha.Mesh.State;

/// <summary>
/// The claims of a mesh: by name, in the byte order of their names, and by the moment at which something of each ends. Immutable. A mesh
/// without claims shares the empty one.
/// </summary>
internal sealed class ClaimIndex
{
    private readonly ImmutableDictionary<ContextKey, ClaimRecord> records;
    private readonly ImmutableSortedSet<Deadline> deadlines;

    private ClaimIndex(
        ImmutableDictionary<ContextKey, ClaimRecord> records, ImmutableSortedSet<ContextKey> names, ImmutableSortedSet<Deadline> deadlines,
        long bytes)
    {
        (this.records, this.deadlines) = (records, deadlines);
        (Names, Bytes) = (names, bytes);
    }

    public static ClaimIndex Empty { get; } = new(ImmutableDictionary<ContextKey, ClaimRecord>.Empty, [], [], 0);

    public int Count => records.Count;

    /// <summary>The names in byte order.</summary>
    public ImmutableSortedSet<ContextKey> Names { get; }

    /// <summary>The sum of <see cref="ClaimRecord.Bytes"/>.</summary>
    public long Bytes { get; }

    /// <summary>An estimate of their memory.</summary>
    public long MemoryBytes => (2 * Bytes) + (512L * Count);

    /// <summary>The next moment at which a lease or a place in line ends. Null: none does.</summary>
    public DateTimeOffset? NextEnd => deadlines.IsEmpty ? null : deadlines.Min.At;

    /// <summary>What is kept about a name. It may be due. Does not ask who may see it.</summary>
    public ClaimRecord? Find(ContextKey name) => records.GetValueOrDefault(name);

    /// <summary>The claims of which a lease or a place in line has ended by then, in the order of these moments.</summary>
    public IEnumerable<ClaimRecord> Due(DateTimeOffset now) =>
        deadlines.TakeWhile(deadline => deadline.At <= now).Select(deadline => records[deadline.Key]);

    /// <summary>All claims, in the byte order of their names.</summary>
    public IEnumerable<ClaimRecord> All() => Names.Select(name => records[name]);

    /// <summary>The same with another record for a name. An empty record removes the name.</summary>
    public ClaimIndex With(ClaimRecord record)
    {
        var former = Find(record.Name);
        var ends = deadlines;
        if (former?.Deadline is { } ended)
        {
            ends = ends.Remove(new(ended, record.Name));
        }

        if (!record.IsEmpty && record.Deadline is { } end)
        {
            ends = ends.Add(new(end, record.Name));
        }

        var bytes = Bytes - (former?.Bytes ?? 0);
        return record.IsEmpty
            ? new(records.Remove(record.Name), former is null ? Names : Names.Remove(record.Name), ends, bytes)
            : new(records.SetItem(record.Name, record), former is null ? Names.Add(record.Name) : Names, ends, bytes + record.Bytes);
    }
}
