namespace Syntha.Storage.Tests.Support;

/// <summary>What a store must hold, kept the naive way: every change in a list, the present as the fold of all of them.</summary>
internal sealed class StoreModel
{
    private readonly List<Change> log = [];

    public long Revision => log.Count == 0 ? 0 : log[^1].Place.Revision;

    public IReadOnlyList<Change> Log => log;

    /// <summary>The change that holds a key now, be it an item or an expired one.</summary>
    public Change? Holder(string key)
    {
        var last = log.LastOrDefault(change => change.Kind != ChangeKind.AgentChanged && change.Subject == key);
        return last is { HoldsSubject: true } ? last : null;
    }

    public void Apply(IEnumerable<CommittedCommand> commands) => log.AddRange(commands.SelectMany(command => command.Changes));

    public void AssertEquals(StoredMesh mesh)
    {
        var holders = log.Where(change => change.Kind != ChangeKind.AgentChanged)
            .GroupBy(change => change.Subject, StringComparer.Ordinal)
            .Select(changes => changes.Last())
            .Where(change => change.HoldsSubject)
            .OrderBy(change => change.Place)
            .ToList();
        Assert.Equal(Revision, mesh.Position.Revision);
        Assert.Equal(holders.Where(change => change.Item is not null).Select(change => change.Item!), mesh.Items.OrderBy(item => item.Place));
        Assert.Equal(
            holders.Where(change => change.Item is null).Select(change => (change.Subject, change.Place, change.Before!)),
            mesh.Expired.OrderBy(item => item.Place).Select(item => (item.Key.Value, item.Place, item.Readers)));
        Assert.Equal(
            log.Where(change => change.Agent is not null).GroupBy(change => change.Subject, StringComparer.Ordinal)
                .Select(changes => changes.Last().Agent!).Where(agent => !agent.IsEmpty).OrderBy(agent => agent.Name),
            mesh.Agents.OrderBy(agent => agent.Name));
    }
}
