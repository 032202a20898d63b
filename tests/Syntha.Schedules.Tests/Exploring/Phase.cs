namespace Syntha.Schedules.Exploring;

/// <summary>What a mesh or a caller is in the middle of.</summary>
internal enum Phase
{
    /// <summary>A call asks for the mesh.</summary>
    Lease,

    /// <summary>A command is submitted and not answered.</summary>
    Write,

    /// <summary>A writer has its turn.</summary>
    Turn,

    /// <summary>The group is durable or about to be, and its state is not published.</summary>
    Commit,

    /// <summary>The log is trimmed.</summary>
    Trim,

    /// <summary>The log is read.</summary>
    Read,

    /// <summary>The store is loaded.</summary>
    Load,

    /// <summary>The head is read, to catch up.</summary>
    Head,

    /// <summary>A feed waits.</summary>
    Wait,

    /// <summary>A feed takes a snapshot.</summary>
    Snapshot,

    /// <summary>A user is erased.</summary>
    Erase,

    /// <summary>All stores get new epochs.</summary>
    Renew,

    /// <summary>A mesh left service because its store changed.</summary>
    Retire,

    /// <summary>A mesh is loaded that was in memory before, and nothing but an eviction can have ended that.</summary>
    Evict,

    /// <summary>An expiry is logged.</summary>
    Expire,

    /// <summary>A caller gives up.</summary>
    Cancel,

    /// <summary>A store fails.</summary>
    Fault,

    /// <summary>Another node hears of a commit.</summary>
    Announce,
}

/// <summary>
/// Counts what began while what else was under way, over all schedules. An explorer that no longer gets there shows it here.
/// </summary>
internal sealed class Meetings
{
    private static readonly int Phases = Enum.GetValues<Phase>().Length;
    private readonly long[] counts = new long[Phases * Phases];
    private readonly int[] open = new int[Phases];

    public void Clear() => Array.Clear(open);

    public void Happen(Phase phase)
    {
        for (var other = 0; other < Phases; other++)
        {
            if (open[other] > 0)
            {
                counts[((int)phase * Phases) + other]++;
            }
        }
    }

    public void Begin(Phase phase)
    {
        Happen(phase);
        open[(int)phase]++;
    }

    public void End(Phase phase) => open[(int)phase]--;

    public void Add(Meetings other)
    {
        for (var index = 0; index < counts.Length; index++)
        {
            counts[index] += other.counts[index];
        }
    }

    /// <summary>One line for each phase that began, with what it began within.</summary>
    public override string ToString() => string.Join('\n', Enum.GetValues<Phase>().Select(began =>
        $"{began} within " + string.Join(", ", Enum.GetValues<Phase>().Select(within => $"{within} {Count(began, within)}"))));

    /// <summary>How often the one began in the middle of the other.</summary>
    public long Count(Phase began, Phase within) => counts[((int)began * Phases) + (int)within];
}
