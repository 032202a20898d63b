namespace Syntha.Storage.Log;

/// <summary>
/// What a group of commands does to the current state: the rows that hold a subject from now on, the rows that no longer do, and the agents
/// and claims that changed. And by how much the group makes the log grow.
/// </summary>
internal sealed class ChangeGroup
{
    // With those that a later command of the group replaced. A large group over few keys would be slow to take each of them out.
    private readonly List<long> written = [];
    private readonly HashSet<long> replacedInGroup = [];
    private readonly List<long> held;
    private readonly List<long> replaced = [];
    private readonly List<long> redacted = [];
    private readonly Dictionary<AgentName, AgentRecord> agents = [];
    private readonly Dictionary<ContextKey, ClaimRecord> claims = [];
    private long bytes;
    private long changes;

    /// <param name="commands">At least one command, of revisions without a gap.</param>
    public ChangeGroup(IReadOnlyList<CommittedCommand> commands)
    {
        HeadRevision = LastRevision = commands[0].Revision - 1;
        foreach (var command in commands)
        {
            Add(command);
        }

        held = replacedInGroup.Count == 0 ? written : written.FindAll(place => !replacedInGroup.Contains(place));
    }

    /// <summary>The revision of the head before the group.</summary>
    public long HeadRevision { get; }

    public long LastRevision { get; private set; }

    /// <summary>The size that the group adds to the log.</summary>
    public LogSize Size => new(changes, bytes);

    /// <summary>The rows of this group that hold their subject after the group.</summary>
    public IReadOnlyList<long> Held => held;

    /// <summary>
    /// The rows of earlier groups that no longer hold their subject. They stay until the log is trimmed past this group, also those that it
    /// was trimmed past already: until then they are part of the past states that can be read.
    /// </summary>
    public IReadOnlyList<long> Replaced => replaced;

    /// <summary>The rows of earlier groups that lose their value.</summary>
    public IReadOnlyList<long> Redacted => redacted;

    public IReadOnlyCollection<AgentRecord> Agents => agents.Values;

    /// <summary>The claims that changed, as they are after the group.</summary>
    public IReadOnlyCollection<ClaimRecord> Claims => claims.Values;

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

            if (change.Redacts is { } version)
            {
                redacted.Add(new StoredPlace(version).Value);
            }

            if (change.HoldsSubject)
            {
                written.Add(new StoredPlace(change.Place).Value);
            }

            if (change.Agent is { } agent)
            {
                agents[agent.Name] = agent;
            }

            if (change.Claim is { } claim)
            {
                claims[claim.Name] = claim;
            }
        }
    }

    private void Replace(long place, long revision)
    {
        if (revision > HeadRevision)
        {
            // The places are in order.
            if (written.BinarySearch(place) < 0 || !replacedInGroup.Add(place))
            {
                throw new ArgumentException($"A change replaces {place}, which holds no subject.");
            }

            return;
        }
        replaced.Add(place);
    }
}
