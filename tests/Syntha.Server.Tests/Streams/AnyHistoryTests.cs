using System.Collections.Concurrent;
using Google.Protobuf;
using Syntha.Server.Tests.Streams.Recording;

namespace Syntha.Server.Tests.Streams;

/// <summary>
/// Random pushes, removals, re-routings, subscriptions and expiries by several agents. After any history, each agent's folded stream equals
/// the list that the agent gets. Attacks 23 and 25 with many users at once.
/// </summary>
public sealed class AnyHistoryTests
{
    private static readonly string[] Agents = ["one", "two", "three"];
    private static readonly string[] Topics = ["t", "u", "v"];
    private static readonly string[] Keys = ["a", "b", "c", "dir/a", "dir/b", ""];

    [Theory]
    [InlineData(1)]
    [InlineData(2, "--Streams:RecentCommands=1", "--Streams:PageChanges=1")]
    [InlineData(3, "--Streams:RecentCommands=2", "--Streams:PageChanges=2", "--Streams:PageBytes=1")]
    [InlineData(4, "--Mesh:MaxMemoryBytes=1048576", "--Storage:MaxOpenStores=2", "--Storage:MaxWait=00:01:00")]
    public async Task Streams_OfAnyHistory_FoldToWhatAListAnswers(int seed, params string[] settings)
    {
        await using var server = await TestServer.StartAsync(settings);
        var users = Enumerable.Range(0, 6).Select(n => server.As($"user{n}")).ToList();
        var bytes = new ConcurrentQueue<(string User, string Text)>();

        await Task.WhenAll(users.Select((user, n) => Task.Run(() => PlayAsync(server, user, new Random((seed * 100) + n), bytes))));

        // Attack 23: no stream of one user told another user's data.
        foreach (var user in users)
        {
            var told = string.Concat(bytes.Where(pair => pair.User == user.Id).Select(pair => pair.Text));
            Assert.Contains(Canary(user), told, StringComparison.Ordinal);
            Assert.DoesNotContain(users.Where(other => other != user), other => told.Contains(Canary(other), StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Stream_OfAnAgent_IsTheSameWithOthersBusy()
    {
        // Attack 25: the same history is told in the same words, both alone and beside another user's streams and writes.
        var alone = await TellAsync(isBusy: false);
        var beside = await TellAsync(isBusy: true);

        Assert.Equal(alone, beside);
        Assert.Contains("LEFT_VIEW", alone, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<string> TellAsync(bool isBusy)
    {
        await using var server = await TestServer.StartAsync();
        var alice = server.As("alice");
        using var done = new CancellationTokenSource();
        var busy = isBusy
            ? Task.WhenAll(Enumerable.Range(0, 4).Select(n => BusyAsync(server.As($"bob{n}"), done.Token)))
            : Task.CompletedTask;
        var recorder = new Recorder();
        await using var one = new TestSubscriber(
            recorder, new() { Agent = "one", IsRegistering = true, Topics = ["t"], Heartbeat = TimeSpan.FromSeconds(60) });
        await one.OpenAsync(alice);
        var last = 0L;
        for (var n = 0; n < 60; n++)
        {
            last = await alice.PushAsync($"k{n % 4}", $"{n}", topics: [n % 3 == 0 ? "u" : "t"]);
        }

        last = await alice.PushAsync("end", topics: ["t"]);
        Assert.True(await one.ReadToAsync(last));
        await done.CancelAsync();
        await busy;
        recorder.Verify(server.ReadLog("alice"));
        return string.Concat(one.Changes.Select(change =>
        {
            change.CommitTime = null;
            if (change.Item is { } item)
            {
                item.UpdateTime = null;
            }

            return change.ToString();
        }));
    }

    private static async Task BusyAsync(TestUser user, CancellationToken done)
    {
        await using var stream = new TestSubscriber(new(), new());
        await stream.OpenAsync(user);
        for (var n = 0; !done.IsCancellationRequested; n++)
        {
            Assert.True(await stream.ReadToAsync(await user.PushAsync($"k{n % 4}", topics: ["t"])));
        }
    }

    private static string Canary(TestUser user) => $"canary-of-{user.Id}.";

    private static async Task PlayAsync(TestServer server, TestUser user, Random random, ConcurrentQueue<(string User, string Text)> bytes)
    {
        var recorder = new Recorder();
        var subscribers = Agents.Select(agent => new TestSubscriber(recorder, new() { Agent = agent }))
            .Append(new TestSubscriber(recorder, new()))
            .Append(new TestSubscriber(recorder, new() { Agent = "one", Topics = ["t", "u"], Prefix = "dir/" }))
            .Append(new TestSubscriber(recorder, new() { Agent = "two", Kinds = [ChangeKind.LeftView, ChangeKind.EnteredView] }))
            .ToList();
        foreach (var subscriber in subscribers)
        {
            await subscriber.OpenWithSnapshotAsync(user);
        }

        for (var n = 0; n < 200; n++)
        {
            await StepAsync(user, random, recorder, n);
            // A reader reads a little now and then, and its connection breaks now and then.
            var reader = subscribers[random.Next(subscribers.Count)];
            if (random.Next(15) == 0)
            {
                await reader.ResumeAsync(user);
            }
            else if (random.Next(3) == 0)
            {
                await reader.ReadToAsync(1 + random.NextInt64((await user.PositionAsync()).Revision));
            }
        }
        // When this is answered nothing expires any more, so the lists below equal the ends of the streams.
        var head = await SettleAsync(user, recorder);
        foreach (var subscriber in subscribers)
        {
            Assert.True(await subscriber.ReadToAsync(head));
        }

        foreach (var subscriber in subscribers.Take(4))
        {
            Assert.Equal(await user.ItemsAsync(subscriber.Subscription.Agent), subscriber.Fold());
        }

        foreach (var message in subscribers.SelectMany(subscriber => subscriber.Streams).SelectMany(stream => stream.Received))
        {
            bytes.Enqueue((user.Id, message.Message.ToByteString().ToStringUtf8()));
        }

        recorder.Verify(server.ReadLog(user.Id));
        subscribers.ForEach(subscriber => subscriber.Close());
    }

    private static async Task StepAsync(TestUser user, Random random, Recorder recorder, int n)
    {
        var (key, agent) = (Pick(Keys), Pick(Agents));
        switch (random.Next(12))
        {
            case 0:
                await user.Mesh.RemoveAsync(new() { Key = key });
                break;
            case 1:
                await user.Mesh.RegisterAgentTopicsAsync(new() { Agent = agent, Topics = { Some(Topics) } });
                break;
            case 2:
                await user.Tools.UnsubscribeFromTopicsAsync(new() { Agent = agent, Topics = { Pick(Topics) } });
                break;
            case 3:
                await recorder.PushManyAsync(
                    user,
                    [.. Keys.Select(
                        each => new ItemWrite { Key = each, ValueJson = $"\"{Canary(user)}{n}\"", Topics = { Some(Topics) } })]);
                break;
            case 4:
                await recorder.PushAsync(
                    user, key, $"\"{Canary(user)}{n}\"", Some(Topics), ttl: TimeSpan.FromMilliseconds(random.Next(0, 30)));
                break;
            case 5:
                await user.Tools.ClearContextAsync(new() { AsAgent = agent });
                break;
            default:
                try
                {
                    await recorder.PushAsync(
                        user, key, $"\"{Canary(user)}{n}\"", Some(Topics), Some(Agents), random.Next(2) == 0 ? agent : null);
                }
                catch (RpcException hidden) when (hidden.StatusCode == StatusCode.PermissionDenied)
                {
                    // The key exists and is hidden from the agent.
                }
                break;
        }

        string Pick(string[] from) => from[random.Next(from.Length)];

        string[] Some(string[] from) => [.. from.Where(_ => random.Next(3) == 0)];
    }

    private static async Task<long> SettleAsync(TestUser user, Recorder recorder)
    {
        foreach (var key in Keys)
        {
            await recorder.PushAsync(user, key, $"\"{Canary(user)}end\"", topics: key.Length == 1 ? ["t"] : []);
        }

        return (await user.Mesh.RemoveAsync(new() { Key = "a" })).Position.Revision;
    }
}
