namespace Syntha.Mesh.Serving;

/// <summary>
/// The newest commands of a mesh, for streams that keep up: they need not read the log. One thread writes, any number read. Bounded by
/// count and by bytes; who finds a revision gone reads the log instead.
/// </summary>
internal sealed class RecentCommands(FeedLimits limits)
{
    // The length is a power of two: a revision's slot is its low bits.
    private readonly CommittedCommand?[] slots = new CommittedCommand?[limits.RecentCommands];
    private long oldest;
    private long newest;
    private long bytes;

    /// <summary>What they take, about.</summary>
    public long Bytes => Volatile.Read(ref bytes);

    public void Add(CommittedCommand command)
    {
        if (newest != 0 && command.Revision != newest + 1)
        {
            Clear();
        }

        if (oldest == 0)
        {
            oldest = command.Revision;
        }

        newest = command.Revision;
        bytes += SizeOf(command);
        while (newest - oldest >= slots.Length || (bytes > limits.RecentBytes && oldest < newest))
        {
            DropOldest();
        }

        Volatile.Write(ref slots[Slot(command.Revision)], command);
    }

    /// <summary>The command of a revision, or null when it is no longer, or not yet, here.</summary>
    public CommittedCommand? Find(long revision) =>
        Volatile.Read(ref slots[Slot(revision)]) is { } command && command.Revision == revision ? command : null;

    private int Slot(long revision) => (int)revision & (slots.Length - 1);

    private void Clear()
    {
        Array.Clear(slots);
        (oldest, newest, bytes) = (0, 0, 0);
    }

    private void DropOldest()
    {
        ref var slot = ref slots[Slot(oldest)];
        bytes -= SizeOf(slot!);
        Volatile.Write(ref slot, null);
        oldest++;
    }

    private static long SizeOf(CommittedCommand command) => command.Changes.Sum(change => 256 + (change.Item?.Bytes ?? 0));
}
