using Syntha.Mesh.State;

namespace Syntha.Mesh.Reading;

/// <summary>The counts of a mesh, for what one caller sees.</summary>
/// <param name="Active">Live items.</param>
/// <param name="Expired">Items that have expired and are not purged yet.</param>
/// <param name="Global">Live items without routing.</param>
/// <param name="Topics">Topics that exist.</param>
/// <param name="AgentsWithTopics">Agents with a subscription. For an agent: itself, or none.</param>
/// <param name="Bytes">Bytes of the live items.</param>
public sealed record MeshStats(long Active, long Expired, long Global, long Topics, long AgentsWithTopics, long Bytes)
{
    internal static MeshStats Of(MeshState state, MeshView view, DateTimeOffset now)
    {
        var due = state.Due(now).ToList();
        var topics = TopicLister.Count(state, view);
        if (view.IsOwner)
        {
            return new(
                Active: state.Items.Count - due.Count,
                Expired: state.Expired.Count + due.Count,
                Global: state.KeysOf(Audience.Global).Count - due.Count(item => item.Readers.IsGlobal),
                topics,
                AgentsWithTopics: state.Agents.Values.LongCount(agent => !agent.Subscriptions.IsEmpty),
                Bytes: state.Bytes - due.Sum(item => item.Bytes));
        }
        var active = ItemLister.AllReadable(state, view).ToList();
        return new(
            Active: active.Count,
            Expired: due.Count(item => view.MayRead(item.Readers)) + state.Expired.Values.Count(item => view.MayRead(item.Readers)),
            Global: active.Count(item => item.Readers.IsGlobal),
            topics,
            AgentsWithTopics: view.Record is { Subscriptions.IsEmpty: false } ? 1 : 0,
            Bytes: active.Sum(item => item.Bytes));
    }
}
