using System.Globalization;

namespace Syntha.Storage.Log;

/// <summary>
/// What a group of commands does to the present: which rows hold a subject from now on, which no longer, and which agents changed; and by
/// how much it makes the log grow.
/// </summary>
internal sealed class ChangeGroup
{
    private readonly List<long> held = [];
    private readonly List<long> replaced = [];
    private readonly List<long> forgotten = [];
    private readonly Dictionary<AgentName, AgentRecord> agents = [];
    private readonly long oldestRevision;
    private long bytes;
    private long changes;

    /// <param name="commands">At least one, of revisions without a gap.</param>
    /// <param name="oldestRevision">A replaced row that lies below it is kept by nothing else any more.</param>
    public ChangeGroup(IReadOnlyList<CommittedCommand> commands, long oldestRevision)
    {
        this.oldestRevision = oldestRevision;
        HeadRevision = LastRevision = commands[0].Revision - 1;
        foreach (var command in commands)
        {
            Add(command);
        }
    }

    /// <summary>Where the head must stand before the group.</summary>
    public long HeadRevision { get; }

    public long LastRevision { get; private set; }

    /// <summary>What the group adds to the log.</summary>
    public LogSize Size => new(changes, bytes);

    /// <summary>Rows of this group that hold their subject when the group is done.</summary>
    public IReadOnlyCollection<long> Held => held;

    /// <summary>Rows of earlier groups that hold their subject no longer.</summary>
    public IReadOnlyCollection<long> Replaced => replaced;

    /// <summary>Those of the replaced rows that the log has let go already.</summary>
    public IReadOnlyCollection<long> Forgotten => forgotten;

    public IReadOnlyCollection<AgentRecord> Agents => agents.Values;

    public static string ToJson(IReadOnlyCollection<long> places) =>
        string.Create(CultureInfo.InvariantCulture, $"[{string.Join(',', places)}]");

    private void Add(CommittedCommand command)
    {
        if (command.Revision != LastRevision + 1 || command.Changes.IsDefaultOrEmpty)
        {
            throw new ArgumentException($"Command {command.Revision} after {LastRevision}, or without a change.", nameof(command));
        }

        LastRevision = command.Revision;
        changes += command.Changes.Length;
        for (var index = 0; index < command.Changes.Length; index++)
        {
            var change = command.Changes[index];
            if (change.Place != new ChangePlace(command.Revision, index))
            {
                throw new ArgumentException($"Change {change.Place} where {command.Revision}, {index} was due.", nameof(command));
            }

            bytes += ChangeSize.Of(change);
            if (change.Replaces is { } earlier)
            {
                Replace(new StoredPlace(earlier).Value, earlier.Revision);
            }

            if (change.HoldsSubject)
            {
                held.Add(new StoredPlace(change.Place).Value);
            }

            if (change.Agent is { } agent)
            {
                agents[agent.Name] = agent;
            }
        }
    }

    private void Replace(long place, long revision)
    {
        if (revision > HeadRevision)
        {
            // Places are added in their order.
            held.RemoveAt(held.BinarySearch(place));
            return;
        }
        replaced.Add(place);
        if (revision < oldestRevision)
        {
            forgotten.Add(place);
        }
    }
}
