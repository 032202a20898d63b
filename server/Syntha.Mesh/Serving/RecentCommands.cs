namespace Syntha.Mesh.Serving;

/// <summary>
/// The newest commands of a mesh, so that streams that keep up need not read the log. One thread writes, any number of threads read.
/// Bounded by count and by bytes. A reader that does not find a revision reads the log instead.
/// </summary>
internal sealed class RecentCommands(FeedLimits limits)
{
    // The length is a power of two, so that the low bits of a revision are its slot.
    private readonly CommittedCommand?[] slots = new CommittedCommand?[limits.RecentCommands];
    private long oldest;
    private long newest;
    private long bytes;

    /// <summary>An estimate of their memory, in bytes.</summary>
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

    /// <summary>The command of a revision. Null: it is not here, or not any more.</summary>
    public CommittedCommand? Find(long revision) =>
        Volatile.Read(ref slots[Slot(revision)]) is { } command && command.Revision == revision ? command : null;

    private int Slot(long revision) => (int)revision & (slots.Length - 1);

    /// <summary>Drops all commands. Readers find them in the log. For the thread that writes.</summary>
    public void Clear()
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

    private static long SizeOf(CommittedCommand command) =>
        command.Changes.Sum(change => 256 + (change.Item?.Bytes ?? change.Claim?.Bytes ?? 0));
}
