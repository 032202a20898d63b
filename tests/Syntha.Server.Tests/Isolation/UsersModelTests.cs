using System.Collections.Concurrent;
using Google.Protobuf;

namespace Syntha.Server.Tests.Isolation;

/// <summary>
/// Attacks 18, 19, 20 and 22: twenty users at once do the same with the same keys, topics and agents. Each sees what a model of that user
/// alone predicts, and no byte of another user. The server has little memory for meshes and few open files, so every call meets evictions.
/// </summary>
public sealed class UsersModelTests
{
    private const int Users = 20;
    private const int Operations = 150;

    private static readonly string[] Keys = ["a", "b", "c", "d", "shared", ""];
    private static readonly string[] Agents = ["one", "two", "three"];
    private static readonly string[] Topics = ["t", "u"];

    [Theory]
    [InlineData("with caches")]
    [InlineData("without caches", "--Mesh:MaxMemoryBytes=1048576", "--Storage:MaxOpenStores=2", "--Storage:MaxWait=00:01:00")]
    public async Task AnyCalls_OfTwentyUsersAtOnce_AnswerFromTheirOwnMeshOnly(string caches, params string[] settings)
    {
        await using var server = await TestServer.StartAsync(settings);
        var users = Enumerable.Range(0, Users).Select(n => server.As($"user{n}")).ToList();
        var answers = new ConcurrentQueue<(TestUser User, ByteString Bytes)>();

        await Task.WhenAll(users.Select((user, seed) => Task.Run(() => PlayAsync(user, new Random(seed + caches.Length), answers))));

        foreach (var user in users)
        {
            var foreign = users.Where(other => other != user).Select(Canary).ToList();
            foreach (var bytes in answers.Where(answer => answer.User == user).Select(answer => answer.Bytes.ToStringUtf8()))
            {
                Assert.DoesNotContain(foreign, canary => bytes.Contains(canary, StringComparison.Ordinal));
            }
        }
        Assert.Contains(answers, answer => answer.Bytes.ToStringUtf8().Contains(Canary(answer.User), StringComparison.Ordinal));
        Assert.DoesNotContain(server.Log.Lines, line => line.Contains("canary", StringComparison.Ordinal));
        if (!TestStore.PrefersPostgres)
        {
            AssertFilesHoldTheirOwn(server, users);
        }
    }

    [Fact]
    public async Task Get_SameKeyMissedByTwoUsersAtTheSameMoment_EachGetsItsOwn()
    {
        await using var server = await TestServer.StartAsync(
            "--Mesh:MaxMemoryBytes=1048576", "--Storage:MaxOpenStores=1", "--Storage:MaxWait=00:01:00");
        var (alice, bob) = (server.As("alice"), server.As("bob"));
        var filler = server.As("filler");
        await alice.PushAsync("k", "\"of alice\"");
        await bob.PushAsync("other", "1");
        await filler.PushAsync("big", $"\"{new string('x', 900_000)}\"");

        for (var round = 0; round < 30; round++)
        {
            // This value alone is too large for the bound: when it comes, all idle meshes leave memory.
            await filler.FindAsync("big");
            var asked = Enumerable.Range(0, 8).Select(n => (n % 2 == 0 ? alice : bob).ValueAsync("k")).ToList();
            var found = await Task.WhenAll(asked);

            Assert.Equal(Enumerable.Range(0, 8).Select(n => n % 2 == 0 ? "\"of alice\"" : null), found);
        }
    }

    [Fact]
    public async Task Push_InFlightWhileMemoryIsShort_ReachesItsOwnFile()
    {
        await using var server = await TestServer.StartAsync("--Mesh:MaxMemoryBytes=1048576", "--Storage:MaxOpenStores=2");
        var (alice, filler) = (server.As("alice"), server.As("filler"));
        await alice.PushAsync("k", "0");
        Task<long> inFlight;
        await using (await HeldTurn.TakeAsync(server, alice))
        {
            inFlight = alice.PushAsync("k", "1");
            for (var n = 0; n < 5; n++)
            {
                await filler.PushAsync($"big{n}", $"\"{new string('x', 900_000)}\"");
            }

            Assert.False(inFlight.IsCompleted);
        }

        Assert.Equal(2, await inFlight);
        await filler.PushAsync("big", $"\"{new string('x', 900_000)}\"");
        Assert.Equal("1", await alice.ValueAsync("k"));
        await server.RestartAsync();
        Assert.Equal("1", await server.As("alice").ValueAsync("k"));
    }

    private static string Canary(TestUser user) => $"canary-of-{user.Id}.";

    // A naive model of one user, with enough of the rules to predict every answer.
    private static async Task PlayAsync(TestUser user, Random random, ConcurrentQueue<(TestUser, ByteString)> answers)
    {
        var items = new SortedDictionary<string, (string Json, string? Topic, string? Subscriber)>(StringComparer.Ordinal);
        var subscribed = new HashSet<(string Agent, string Topic)>();
        long revision = 0;
        // So long that twenty meshes together do not fit into the bound.
        var padding = new string('p', 4_000);

        bool MayRead(string agent, (string Json, string? Topic, string? Subscriber) item) =>
            (item.Topic is null && item.Subscriber is null)
                || item.Subscriber == agent
                || (item.Topic is { } topic && subscribed.Contains((agent, topic)));

        T Kept<T>(T answer)
            where T : IMessage
        {
            answers.Enqueue((user, answer.ToByteString()));
            return answer;
        }

        for (var n = 0; n < Operations; n++)
        {
            var (key, agent, topic) = (Pick(Keys), Pick(Agents), Pick(Topics));
            switch (random.Next(9))
            {
                case 0 or 1 or 2:
                    var routing = (Topic: random.Next(2) == 0 ? topic : null, Subscriber: random.Next(3) == 0 ? agent : null);
                    var json = $"\"{Canary(user)}{n}{padding}\"";
                    var pushed = Kept(await user.Mesh.PushAsync(TestUser.Push(
                        key, json, routing.Topic is null ? [] : [routing.Topic], routing.Subscriber is null ? [] : [routing.Subscriber])));
                    items[key] = (json, routing.Topic, routing.Subscriber);
                    Assert.Equal(++revision, pushed.Position.Revision);
                    break;
                case 3:
                    var removed = Kept(await user.Mesh.RemoveAsync(new() { Key = key })).Removed;
                    Assert.Equal(items.Remove(key), removed);
                    revision += removed ? 1 : 0;
                    break;
                case 4:
                    Kept(await user.Mesh.RegisterAgentTopicsAsync(new() { Agent = agent, Topics = { topic } }));
                    var before = subscribed.Where(pair => pair.Agent == agent).Select(pair => pair.Topic).ToList();
                    subscribed.RemoveWhere(pair => pair.Agent == agent);
                    subscribed.Add((agent, topic));
                    revision += before is [var only] && only == topic ? 0 : 1;
                    break;
                case 5:
                    var seen = Kept(await user.Tools.GetContextAsync(new() { AsAgent = agent, Key = key })).Item;
                    Assert.Equal(items.TryGetValue(key, out var item) && MayRead(agent, item) ? item.Json : null, seen?.ValueJson);
                    break;
                case 6:
                    var list = Kept(await user.Tools.ListContextAsync(new() { AsAgent = agent, View = ItemView.Keys }));
                    var listed = list.Items.Select(found => found.Key);
                    Assert.Equal(items.Where(pair => MayRead(agent, pair.Value)).Select(pair => pair.Key), listed);
                    break;
                case 7:
                    var all = Kept(await user.Mesh.ListAsync(new())).Items;
                    Assert.Equal(items.Select(pair => (pair.Key, pair.Value.Json)), all.Select(found => (found.Key, found.ValueJson)));
                    break;
                default:
                    var stats = Kept(await user.Mesh.GetStatsAsync(new()));
                    Assert.Equal((items.Count, revision), (stats.Stats.ActiveItems, stats.Position.Revision));
                    break;
            }
        }

        string Pick(string[] from) => from[random.Next(from.Length)];
    }

    private static void AssertFilesHoldTheirOwn(TestServer server, List<TestUser> users)
    {
        foreach (var user in users)
        {
            var text = string.Concat(Directory.GetFiles(server.FolderOf(user.Id)).Select(ReadShared));
            Assert.Contains(Canary(user), text, StringComparison.Ordinal);
            Assert.DoesNotContain(users.Where(other => other != user), other => text.Contains(Canary(other), StringComparison.Ordinal));
        }
    }

    private static string ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file, System.Text.Encoding.Latin1);
        return reader.ReadToEnd();
    }
}
