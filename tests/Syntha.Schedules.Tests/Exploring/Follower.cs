using System.Diagnostics.CodeAnalysis;
using Syntha.Mesh.Access;
using Syntha.Mesh.Following;
using Syntha.Schedules.Scheduling;

namespace Syntha.Schedules.Exploring;

/// <summary>
/// A client with a stream of the owner's. It resumes where it was when the stream ends. It holds every page against the log: each change
/// once, in order, none left out; and every reset that it is told of against the store.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The source of a token that nothing waits for holds nothing.")]
internal sealed class Follower(World world, MeshRegistry node)
{
    // A feed that sees a part of the log reads several pieces of it for one page.
    private readonly string prefix = world.Scheduler.Choose(2) == 0 ? "" : World.Keys[0];
    private readonly CancellationTokenSource stopping = new();
    private Position? through;

    /// <summary>The position that it has reached, while it waits for more. Null: it does not wait.</summary>
    public Position? WaitsAt { get; private set; }

    /// <summary>How many changes it was told.</summary>
    public int Told { get; private set; }

    public void Stop() => world.Scheduler.Cancel(stopping);

    public async Task RunAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await FollowAsync();
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (MeshException failure) when (failure.Reason is ErrorReason.StoreDown or ErrorReason.StoreBusy)
            {
                Assert.True(world.HasFailed || world.WasReplaced, failure.ToString());
            }
            catch (MeshException told) when (told.Reason == ErrorReason.EpochChanged)
            {
                through = null;
            }
            catch (MeshException told) when (told.Reason == ErrorReason.HistoryCompacted)
            {
                var store = world.Journal.StoreOf(through!.Value.Epoch);
                Assert.True(through.Value.Revision < store.Oldest - 1, "It was told that the log is compacted, which it is not.");
                through = null;
            }

            await Scheduler.StepAsync("resumes");
        }
    }

    private async Task FollowAsync()
    {
        var promise = world.Journal.Promise();
        using var lease = await node.OpenCurrentAsync(World.User, StoreRight.Unbound, stopping.Token);
        var mesh = lease.Mesh!;
        if (through is { } kept && kept.Epoch == mesh.State.Position.Epoch)
        {
            Assert.True(kept.Revision <= mesh.Revision, "A mesh that a stream resumes on is behind what the stream was sent.");
        }

        Assert.DoesNotContain(mesh.State.Position.Epoch, promise.Dead);
        using var feed = MeshFeed.Open(mesh, null, Tool.GetContext, new(new([], prefix), [], IncludesAgents: true), through);
        if (through is null)
        {
            await TakeSnapshotAsync(feed, mesh);
        }

        while (feed.Fault is null)
        {
            await WaitAsync(feed);
            if (feed.Fault is not null)
            {
                break;
            }

            await ReadAsync(feed);
        }
    }

    private async Task ReadAsync(MeshFeed feed)
    {
        var before = feed.Through;
        using var giving = world.GiveUpAtTimes(stopping.Token);
        try
        {
            var page = await feed.ReadAsync(giving.Token) ?? throw new InvalidOperationException("The owner's view never changes.");
            Hold(page, before, feed.Through);
            through = feed.Through;
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            Assert.Equal(before, feed.Through);
        }
        catch (MeshException)
        {
            Assert.Equal(before, feed.Through);
            throw;
        }
    }

    private async Task WaitAsync(MeshFeed feed)
    {
        world.Meetings.Begin(Phase.Wait);
        WaitsAt = feed.Through;
        try
        {
            await feed.WaitAsync(TimeSpan.FromHours(1), world.Time, stopping.Token);
        }
        finally
        {
            WaitsAt = null;
            world.Meetings.End(Phase.Wait);
        }
    }

    private async Task TakeSnapshotAsync(MeshFeed feed, UserMesh mesh)
    {
        do
        {
            world.Meetings.Begin(Phase.Snapshot);
            try
            {
                var began = mesh.Now();
                var seen = new List<ContextItem>();
                foreach (var page in feed.TakeSnapshot(item => item.Bytes))
                {
                    seen.AddRange(page);
                    await Scheduler.StepAsync("sends a snapshot");
                }

                if (!feed.IsSnapshotVoid)
                {
                    HoldSnapshot(seen, feed.Through, began, mesh.Now());
                    through = feed.Through;
                }
            }
            finally
            {
                world.Meetings.End(Phase.Snapshot);
            }
        }
        while (feed.IsSnapshotVoid && feed.Fault is null);
    }

    private bool IsFollowed(string key) => key.StartsWith(prefix, StringComparison.Ordinal);

    private void HoldSnapshot(List<ContextItem> seen, Position position, DateTimeOffset began, DateTimeOffset ended)
    {
        using var whole = Scheduler.Whole();
        var items = world.Journal.FoldOf(position);
        foreach (var item in seen)
        {
            Assert.True(items.Remove(item.Key.Value, out var stored), "The snapshot has an item that the log has not.");
            Assert.Equal((stored.ValueJson, stored.Place), (item.ValueJson, item.Place));
            Assert.True(item.IsLive(began), "The snapshot has an item that had expired.");
        }

        Assert.DoesNotContain(items.Values, item => item.IsLive(ended) && IsFollowed(item.Key.Value));
    }

    private void Hold(IReadOnlyList<FeedChange> page, Position before, Position reached)
    {
        using var whole = Scheduler.Whole();
        var log = world.Journal.StoreOf(reached.Epoch).Log;
        Assert.Equal(before.Epoch, reached.Epoch);
        Assert.True(reached.Revision <= log.Length, "The feed is beyond the log.");
        var expected = log.Skip((int)before.Revision).Take((int)(reached.Revision - before.Revision))
            .SelectMany(command => command.Changes)
            .Where(change => change.Kind == ChangeKind.AgentChanged || (change.Kind != ChangeKind.Purged && IsFollowed(change.Subject)))
            .Select(change => (change.Place, change.Subject, change.Item?.ValueJson));
        Assert.Equal(expected, page.Select(seen => (seen.Change.Place, seen.Change.Subject, seen.Change.Item?.ValueJson)));
        Told += page.Count;
    }
}
