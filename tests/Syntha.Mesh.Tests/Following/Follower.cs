using Syntha.Mesh.Following;
using Syntha.Mesh.State;

namespace Syntha.Mesh.Tests.Following;

/// <summary>
/// A subscriber that keeps what its feed delivers, as a client would: a snapshot, and each change after it. It checks the promises of the
/// feed: every change once, in order, and never a change of an item that was not delivered before.
/// </summary>
internal sealed class Follower(TestMesh mesh, string? name, FeedFilter filter)
{
    private readonly AgentName? agent = Commands.Agent(name);
    private readonly Dictionary<string, ContextItem> held = [];
    private MeshFeed? feed;
    private AgentRecord? record;
    // Since the last snapshot something was read with other subscriptions than those of that snapshot. Until the reset, which is in the log
    // ahead, the held items belong to neither view.
    private bool isMixed;

    public long Through => feed?.Through.Revision ?? 0;

    /// <summary>Begins, or goes on after the position that it has reached.</summary>
    public void Resume()
    {
        var after = feed?.Through;
        try
        {
            feed = mesh.Mesh.Follow(agent, filter, after);
        }
        catch (MeshException gone) when (gone.Reason == ErrorReason.HistoryCompacted)
        {
            Assert.True(after!.Value.Revision < mesh.Store.Oldest - 1);
            (feed, after) = (mesh.Mesh.Follow(agent, filter, null), null);
        }
        if (after is null)
        {
            TakeSnapshot();
        }
    }

    /// <summary>Reads a page. False: there was nothing to read.</summary>
    public async Task<bool> ReadAsync()
    {
        var before = feed!.Through;
        isMixed |= !Equals(record, mesh.Mesh.View(agent).Record);
        try
        {
            var page = await feed.ReadAsync(CancellationToken.None);
            if (page is null)
            {
                TakeSnapshot();
            }
            else
            {
                Apply(page, before);
            }
        }
        catch (MeshException gone) when (gone.Reason == ErrorReason.HistoryCompacted)
        {
            Assert.Equal(before, feed.Through);
            Assert.True(before.Revision < mesh.Store.Oldest - 1);
            TakeSnapshot();
        }
        return feed.Through != before;
    }

    /// <summary>At the end of the log, where no reset can be ahead.</summary>
    public void AssertIsThrough(long head) => Assert.Equal((head, false), (Through, isMixed));

    /// <summary>Compares the held items with the list of the subscriber at the reached position, if that state is known.</summary>
    public void AssertHolds(IReadOnlyDictionary<long, MeshState> states)
    {
        if (isMixed || !states.TryGetValue(Through, out var state))
        {
            return;
        }
        // It did not get past a change of its own subscriptions without a reset.
        Assert.Equal(record, RecordIn(state));
        var now = mesh.Mesh.Now();
        var expected = Pages.All(new MeshView(state, now, agent), filter.Items).Select(Text);
        Assert.Equal(expected, held.Values.Where(item => item.IsLive(now)).OrderBy(item => item.Key).Select(Text));
    }

    private void TakeSnapshot()
    {
        held.Clear();
        foreach (var item in feed!.TakeSnapshot(item => item.Bytes).SelectMany(page => page))
        {
            held.Add(item.Key.Value, item);
        }

        (record, isMixed) = (mesh.Mesh.View(agent).Record, false);
        Assert.Equal(mesh.View(null).Position, feed.Through);
    }

    private void Apply(IReadOnlyList<FeedChange> page, Position before)
    {
        var last = new ChangePlace(before.Revision, int.MaxValue);
        foreach (var seen in page)
        {
            Assert.True(seen.Change.Place > last, $"{seen.Change.Place} after {last}");
            Assert.True(seen.Change.Place.Revision <= Through, $"{seen.Change.Place} beyond {Through}");
            last = seen.Change.Place;
            var key = seen.Change.Subject;
            if (!isMixed && seen.Kind != FeedKind.Expired)
            {
                var isHeld = seen.Kind is not (FeedKind.Created or FeedKind.EnteredView);
                Assert.Equal((seen.Kind, key, isHeld), (seen.Kind, key, held.ContainsKey(key)));
            }

            if (seen.Item is null)
            {
                held.Remove(key);
            }
            else
            {
                held[key] = seen.Item;
            }

            Assert.Equal(seen.Item?.IsLive(mesh.Mesh.Now()) == false, seen.IsExpired);
        }
    }

    private AgentRecord? RecordIn(MeshState state) => agent is { } own ? state.Agents.GetValueOrDefault(own) : null;

    private static string Text(ContextItem item) => $"{item.Key}={item.ValueJson}@{item.Place.Revision} until {item.ExpiresAt:O}";
}
