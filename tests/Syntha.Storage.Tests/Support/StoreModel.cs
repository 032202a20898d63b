using System.Text;
using Syntha.Storage.Log;

namespace Syntha.Storage.Tests.Support;

/// <summary>
/// What a store must hold, kept in the naive way: every change in a list, and the current state as the fold of all of them.
/// </summary>
internal sealed class StoreModel
{
    private readonly List<Change> log = [];

    public long Revision => log.Count == 0 ? 0 : log[^1].Place.Revision;

    /// <summary>All changes, including those that the log has dropped.</summary>
    public IReadOnlyList<Change> All => log;

    public long Oldest { get; private set; } = 1;

    public IReadOnlyList<Change> Log => [.. log.Where(change => change.Place.Revision >= Oldest)];

    public LogSize Size => new(Log.Count, Log.Sum(change => 100 + Texts(change).Sum(text => Encoding.UTF8.GetByteCount(text ?? ""))));

    /// <summary>The change that holds a key now: an item, or an expired one.</summary>
    public Change? Holder(string key)
    {
        var last = log.LastOrDefault(change => IsOfKey(change) && change.Subject == key);
        return last is { HoldsSubject: true } ? last : null;
    }

    /// <summary>What is stored about an agent now.</summary>
    public AgentRecord AgentOf(string name) =>
        log.LastOrDefault(change => change.Agent is not null && change.Subject == name)?.Agent ?? new(AgentName.Trusted(name));

    /// <summary>The model as it was behind a revision.</summary>
    public StoreModel At(long revision)
    {
        var then = new StoreModel();
        then.log.AddRange(log.TakeWhile(change => change.Place.Revision <= revision));
        return then;
    }

    public void Apply(IEnumerable<CommittedCommand> commands) => log.AddRange(commands.SelectMany(command => command.Changes));

    /// <summary>Drops the oldest command as long as the log exceeds its limits.</summary>
    public LogTrim Trim(LogLimits limits, int maxChanges, DateTimeOffset now)
    {
        var before = Log.Count;
        while (IsBeyond(limits, now) && before - Log.Count < maxChanges)
        {
            Oldest++;
        }

        return new(Oldest, before - Log.Count, Log.Count == 0 ? null : Log[0].Time, IsBeyond(limits, now));
    }

    private static bool IsOfKey(Change change) => change.Kind != ChangeKind.AgentChanged && change.Claim is null;

    private bool IsBeyond(LogLimits limits, DateTimeOffset now) =>
        Log.Count > 0 && (Size.Changes > limits.MaxChanges || Size.Bytes > limits.MaxBytes || now - Log[0].Time > limits.MaxAge);

    private static string?[] Texts(Change change) =>
    [
        change.Subject, change.Item?.ValueJson, change.Item?.MetadataJson,
        change.Agent is { } agent ? StoredAgent.Write(agent, change.AgentBefore) : null,
        change.Claim is { } claim ? StoredClaim.Write(claim, change.IsQuiet) : null,
    ];

    public void AssertEquals(StoredMesh mesh)
    {
        var holders = log.Where(IsOfKey)
            .GroupBy(change => change.Subject, StringComparer.Ordinal)
            .Select(changes => changes.Last())
            .Where(change => change.HoldsSubject)
            .OrderBy(change => change.Place)
            .ToList();
        Assert.Equal(Revision, mesh.Position.Revision);
        Assert.Equal(Oldest, mesh.OldestRevision);
        Assert.Equal(
            holders.Where(change => change.Item is not null).Select(change => change.Item!), mesh.Items.OrderBy(item => item.Place));
        Assert.Equal(
            holders.Where(change => change.Item is null).Select(change => (change.Subject, change.Place, change.Before!)),
            mesh.Expired.OrderBy(item => item.Place).Select(item => (item.Key.Value, item.Place, item.Readers)));
        Assert.Equal(
            log.Where(change => change.Agent is not null).GroupBy(change => change.Subject, StringComparer.Ordinal)
                .Select(changes => changes.Last().Agent!).Where(agent => !agent.IsEmpty).OrderBy(agent => agent.Name),
            mesh.Agents.OrderBy(agent => agent.Name));
        Assert.Equal(
            log.Where(change => change.Claim is not null).GroupBy(change => change.Subject, StringComparer.Ordinal)
                .Select(changes => changes.Last().Claim!).Where(claim => !claim.IsEmpty).OrderBy(claim => claim.Name),
            mesh.Claims.OrderBy(claim => claim.Name));
    }
}
