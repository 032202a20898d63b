using Syntha.Schedules.Scheduling;

namespace Syntha.Schedules.Exploring;

/// <summary>
/// What the callers of a schedule did and were told, held against the logs of all stores that there were. It knows the promises of a mesh
/// and nothing of its code.
/// </summary>
internal sealed class Journal
{
    private readonly List<(MemoryStore Store, HashSet<string> Epochs)> lives = [];
    private readonly HashSet<string> dead = [];
    private readonly Dictionary<string, long> acknowledged = [];

    // By the number of a request.
    private readonly Dictionary<Guid, int> underWay = [];
    private readonly Dictionary<Guid, int> commits = [];

    public IEnumerable<MemoryStore> Stores => lives.Select(life => life.Store);

    public void Made(MemoryStore store) => lives.Add((store, [store.Epoch]));

    public void Began(Guid request) => underWay[request] = underWay.GetValueOrDefault(request) + 1;

    public void Ended(Guid request) => underWay[request]--;

    public int CommitsOf(Guid request) => commits.GetValueOrDefault(request);

    /// <summary>The store has written these, and has not answered yet.</summary>
    public void Wrote(MemoryStore store, int before, long oldest)
    {
        using var whole = Scheduler.Whole();
        var log = store.Log;
        foreach (var command in log.Skip(before))
        {
            if (command.Request is not { } request)
            {
                continue;
            }

            Assert.True(underWay.GetValueOrDefault(request.Id) > 0, $"Request {Number(request.Id)} was written when nobody asked for it.");
            commits[request.Id] = CommitsOf(request.Id) + 1;
            Assert.Single(log, other => other.Revision >= oldest && other.Request?.Id == request.Id);
        }
    }

    /// <summary>A caller was told that its command is durable.</summary>
    public void Acknowledged(Guid request, CommandResult result)
    {
        using var whole = Scheduler.Whole();
        if (!result.HasChanges && !result.IsReplay)
        {
            return;
        }

        var store = StoreOf(result.Position.Epoch);
        var log = store.Log;
        Assert.True(result.Position.Revision <= log.Length, $"Request {Number(request)} was acknowledged and is not in the log.");
        Assert.Equal(request, log[(int)result.Position.Revision - 1].Request?.Id);
        acknowledged[result.Position.Epoch] = Math.Max(acknowledged.GetValueOrDefault(result.Position.Epoch), result.Position.Revision);
    }

    /// <summary>An erase or a renewal has returned.</summary>
    public void Replaced()
    {
        using var whole = Scheduler.Whole();
        foreach (var (store, epochs) in lives)
        {
            epochs.Add(store.Epoch);
            dead.UnionWith(epochs.Where(epoch => store.IsErased || epoch != store.Epoch));
        }
    }

    /// <summary>What was promised to a reader that begins now.</summary>
    public Promise Promise() => new([.. dead], new Dictionary<string, long>(acknowledged));

    /// <summary>What a reader sees is the fold of a beginning of the log, and not of less than was promised when it began.</summary>
    public void Read(Promise promise, MeshView view)
    {
        using var whole = Scheduler.Whole();
        Assert.DoesNotContain(view.Position.Epoch, promise.Dead);
        Assert.True(
            view.Position.Revision >= promise.Acknowledged.GetValueOrDefault(view.Position.Epoch),
            $"A reader sees {view.Position.Revision} and not what was acknowledged before.");
        var items = FoldOf(view.Position);
        foreach (var key in World.Keys)
        {
            var expected = items.GetValueOrDefault(key) is { } item && item.IsLive(view.Now) ? item.ValueJson : null;
            Assert.Equal(expected, view.Find(ContextKey.Parse(key))?.ValueJson);
        }
    }

    /// <summary>The items after a position, by the plainest fold of the log.</summary>
    public Dictionary<string, ContextItem> FoldOf(Position position)
    {
        using var whole = Scheduler.Whole();
        var items = new Dictionary<string, ContextItem>();
        foreach (var change in StoreOf(position.Epoch).Log.Take((int)position.Revision).SelectMany(command => command.Changes))
        {
            if (change.Item is { } item)
            {
                items[change.Subject] = item;
            }
            else if (change.Kind is ChangeKind.Removed or ChangeKind.Expired)
            {
                items.Remove(change.Subject);
            }
        }
        return items;
    }

    public MemoryStore StoreOf(string epoch)
    {
        using var whole = Scheduler.Whole();
        foreach (var (store, epochs) in lives)
        {
            epochs.Add(store.Epoch);
            if (epochs.Contains(epoch))
            {
                return store;
            }
        }

        throw new InvalidOperationException($"No store ever had the epoch {epoch}.");
    }

    public static string Number(Guid request) => request.ToString()[..8];
}

/// <summary>What a reader may rely on.</summary>
/// <param name="Dead">Epochs that had ended.</param>
/// <param name="Acknowledged">The newest acknowledged revision of each epoch.</param>
internal sealed record Promise(HashSet<string> Dead, Dictionary<string, long> Acknowledged);
