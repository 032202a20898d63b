namespace Syntha.Mesh.Serving;

/// <summary>
/// Chooses the meshes that leave memory. It goes round all loaded meshes, a few at a time, and of each few the one that was used longest
/// ago leaves. To sort all of them would find slightly better ones, and a call would pay for the number of all other users. Thread-safe.
/// Its lock <c>evicting</c> is taken before a mesh's <c>closing</c>, and <c>gate</c> after both.
/// </summary>
internal sealed class EvictionRound
{
    /// <summary>The most meshes that a call looks at when it makes a mesh larger. What it does not free, the next calls free.</summary>
    public const int LooksOfACall = 8 * Few;

    private const int Few = 16;

    private readonly Lock evicting = new();
    private readonly Lock gate = new();
    private readonly List<MeshEntry> loaded = [];
    private int next;

    /// <summary>How many meshes were looked at so far.</summary>
    public long Looks { get; private set; }

    public void Add(MeshEntry entry)
    {
        lock (gate)
        {
            entry.Slot = loaded.Count;
            loaded.Add(entry);
        }
    }

    /// <summary>Takes out a mesh that was added. The last one takes its place.</summary>
    public void Remove(MeshEntry entry)
    {
        lock (gate)
        {
            var last = loaded[^1];
            (loaded[entry.Slot], last.Slot) = (last, entry.Slot);
            loaded.RemoveAt(loaded.Count - 1);
        }
    }

    /// <summary>Evicts until there is room, or until all meshes were looked at in vain.</summary>
    /// <param name="mostLooks">How many meshes to look at, at most.</param>
    /// <param name="evict">Evicts one. False: it is in use, or writes.</param>
    /// <param name="hasRoom">Whether there is room enough.</param>
    public void Run(int mostLooks, Func<MeshEntry, bool> evict, Func<bool> hasRoom)
    {
        // A caller that comes while another one evicts leaves the work to that one.
        if (!evicting.TryEnter())
        {
            return;
        }

        try
        {
            var inVain = 0;
            for (var looks = 0; looks < mostLooks && !hasRoom();)
            {
                var (few, looked, isRound) = TakeFew(inVain);
                looks += looked;
                Looks += looked;
                if (few.OrderBy(entry => entry.LastUsed).Any(evict))
                {
                    inVain = 0;
                }
                else if (isRound)
                {
                    return;
                }
                else
                {
                    inVain += looked;
                }
            }
        }
        finally
        {
            evicting.Exit();
        }
    }

    // The idle ones among the next meshes; how many were looked at; and whether that ends a round in vain.
    private (List<MeshEntry> Idle, int Looked, bool IsRound) TakeFew(int inVain)
    {
        var idle = new List<MeshEntry>(Few);
        lock (gate)
        {
            var count = Math.Min(Few, loaded.Count);
            for (var looked = 0; looked < count; looked++)
            {
                next = next + 1 < loaded.Count ? next + 1 : 0;
                if (loaded[next].IsIdle)
                {
                    idle.Add(loaded[next]);
                }
            }

            return (idle, count, inVain + count >= loaded.Count);
        }
    }
}
