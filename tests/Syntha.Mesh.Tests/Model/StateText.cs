using Syntha.Mesh.State;

namespace Syntha.Mesh.Tests.Model;

/// <summary>A state as text, with all its indexes, so that two states can be compared and the difference read.</summary>
internal static class StateText
{
    public static string Of(UserMesh mesh) => Of(MeshInside.StateOf(mesh));

    /// <summary>The state that the log alone leads to. A past state has no claims.</summary>
    public static string OfLog(string epoch, IReadOnlyCollection<CommittedCommand> log, long oldest = 1, bool isPast = false)
    {
        var fold = new MeshFold(new(epoch, 0), oldest);
        foreach (var change in log.SelectMany(command => command.Changes).Where(change => !isPast || change.Claim is null))
        {
            fold.Apply(change);
        }

        return Of(fold.ToState(new(epoch, log.Count)));
    }

    public static string OfStore(MemoryStore store) => Of(MeshState.Load(store.Read()));

    public static string Of(MeshState state)
    {
        var text = new StringBuilder();
        text.Append($"{state.Position} from {state.OldestRevision}, {state.Bytes} bytes, ");
        text.AppendLine($"{state.Listings} listings, {state.Topics.Count} topics: {string.Join(' ', state.Topics)}");
        Add("keys", state.Keys.Select(key => $"{key}"));
        Add("items", Sorted(state.Items.Values.Select(item =>
            $"{item.Key}={item.ValueJson} {item.MetadataJson} {Of(item.Readers)} {item.Place} {item.UpdatedAt:O} {item.ExpiresAt:O}")));
        Add("expired", Sorted(state.Expired.Values.Select(item => $"{item.Key} {Of(item.Readers)} {item.Place}")));
        Add("audiences", Sorted(state.Audiences.Select(audience => $"{audience.Key}: {string.Join(' ', audience.Value)}")));
        Add("deadlines", state.Deadlines.Select(deadline => $"{deadline.At:O} {deadline.Key}"));
        Add("agents", Sorted(state.Agents.Values.Select(agent =>
            $"{agent.Name}: {string.Join(' ', agent.Subscriptions)} {Of(agent.Permissions)}")));
        Add("subscribers", Sorted(state.Subscribers.Select(topic => $"{topic.Key}: {string.Join(' ', topic.Value)}")));
        Add("claims", state.Claims.All().Select(claim =>
            $"{claim.Name} {Of(claim.Readers)} {claim.Hold} {string.Join(' ', claim.Line)} {claim.Deadline:O}"));
        return text.ToString();

        void Add(string what, IEnumerable<string> lines) => text.AppendLine($"{what}:").AppendJoin('\n', lines).AppendLine();
    }

    private static string Of(Readers readers) =>
        $"{readers.Author} [{string.Join(' ', readers.Topics)}] [{string.Join(' ', readers.Subscribers)}]";

    private static string Of(PostPermissions? allowed) =>
        allowed is null ? "all" : $"{string.Join(' ', allowed.Topics)} {allowed.MayPostGlobal} {allowed.MayPostDirect}";

    private static IEnumerable<string> Sorted(IEnumerable<string> lines) => lines.Order(StringComparer.Ordinal);
}
