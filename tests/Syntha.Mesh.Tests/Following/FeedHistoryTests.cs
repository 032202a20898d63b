using CsCheck;
using Syntha.Mesh.Following;
using Syntha.Mesh.State;
using Syntha.Mesh.Tests.Model;

namespace Syntha.Mesh.Tests.Following;

/// <summary>
/// Random histories, with subscribers that read at random times and small limits of memory: the deliveries to a subscriber add up to the
/// items that it can read.
/// </summary>
public sealed class FeedHistoryTests
{
    private static readonly string?[] Subscribers = [null, "ann", "bob", "cid", "ann", "bob"];

    private static readonly FeedFilter[] Filters =
    [
        Feeds.Filter(), Feeds.Filter(), Feeds.Filter(topics: ["t"]), Feeds.Filter(topics: ["u", "ann"]), Feeds.Filter(prefix: "a"),
    ];

    [Fact]
    public async Task AnyHistory_ReadAtAnyMoment_AddsUpToTheView() =>
        await Gen.Select(Steps.Batches, Gen.Int).SampleAsync(
            async (batches, seed) => await new Run(new Random(seed)).PlayAsync(batches),
            iter: 1_500,
            print: one => $"seed {one.Item2}\n{string.Join('\n', one.Item1.Select(batch => batch.ToString()))}");

    private sealed class Run
    {
        private readonly Dictionary<long, MeshState> states = [];
        private readonly Random random;
        private readonly TestMesh mesh;
        private readonly List<Follower> followers;

        public Run(Random random)
        {
            this.random = random;
            mesh = new(TestMesh.Limits with { Log = RandomLog(), Feeds = RandomFeeds() });
            followers = [.. Subscribers.Select(name => new Follower(mesh, name, OneOf(Filters)))];
            followers.ForEach(follower => follower.Resume());
        }

        public async Task PlayAsync(Batch[] batches)
        {
            Record();
            foreach (var batch in batches)
            {
                await PlayAsync(batch);
                if (random.Next(8) == 0)
                {
                    Reload();
                }

                foreach (var follower in followers.Where(_ => random.Next(2) == 0))
                {
                    if (random.Next(4) == 0)
                    {
                        follower.Resume();
                    }

                    await ReadAsync(follower, pages: random.Next(4));
                }
            }
            foreach (var follower in followers)
            {
                await ReadAsync(follower, pages: int.MaxValue);
                follower.AssertIsThrough(mesh.View(null).Position.Revision);
            }
            LogAudit.Verify(mesh.Store);
        }

        private async Task PlayAsync(Batch batch)
        {
            // Together in one group, or each on its own.
            var isGroup = random.Next(2) == 0;
            var hold = isGroup ? mesh.Store.HoldNextTurn() : null;
            var running = new List<Task>();
            foreach (var step in batch.Steps)
            {
                running.Add(mesh.DoAsync(step.ToCommand()));
                if (!isGroup)
                {
                    await SettleAsync();
                }
            }
            hold?.Release();
            foreach (var command in running)
            {
                await command.ContinueWith(_ => { }, TaskScheduler.Default);
            }

            await SettleAsync();
            mesh.Clock.Advance(TimeSpan.FromSeconds(batch.Seconds));
            await SettleAsync();
        }

        private async Task SettleAsync()
        {
            await MeshInside.SettleAsync(mesh.Mesh);
            Record();
        }

        private void Record() => states[mesh.View(null).Position.Revision] = MeshInside.StateOf(mesh.Mesh);

        private void Reload()
        {
            Assert.True(mesh.Mesh.TryClose());
            mesh.Reload();
            followers.ForEach(follower => follower.Resume());
        }

        private async Task ReadAsync(Follower follower, int pages)
        {
            for (; pages > 0 && await follower.ReadAsync(); pages--)
            {
                follower.AssertHolds(states);
            }

            follower.AssertHolds(states);
        }

        private LogLimits RandomLog() => new(OneOf([5, 20, 1_000]), OneOf([1_500L, 1_000_000]), TimeSpan.FromSeconds(OneOf([3, 1_000])));

        private FeedLimits RandomFeeds() => new()
        {
            RecentCommands = OneOf([1, 2, 8, 1_024]),
            RecentBytes = OneOf([0, 600, 1_000_000]),
            PageChanges = OneOf([1, 2, 3, 1_000]),
            PageBytes = OneOf([1, 300, 1_000_000]),
        };

        private T OneOf<T>(T[] choices) => choices[random.Next(choices.Length)];
    }
}
