using Google.Protobuf.WellKnownTypes;
using Syntha.Cli.Commands;

namespace Syntha.Server.Tests.Services;

/// <summary>Attack 42: the past through the real server: reads as of a moment, versions, differences, and who may see them.</summary>
public sealed class HistoryTests(SharedServer server)
{
    private const string Agent = "planner";

    [Fact]
    public async Task Reads_AsOfAPosition_TellWhatTheMeshHeldThen()
    {
        var alice = server.NewUser();
        await alice.PushAsync("a", "1", topics: ["t"]);
        await alice.PushAsync("b", "1");
        var then = await alice.PositionAsync();
        var point = new ReadPoint { AsOfPosition = then };
        var (stats, prompt) = (await StatsAsync(null), await PromptAsync(null));
        await alice.PushAsync("a", "2");
        await alice.Mesh.RemoveAsync(new() { Key = "b" });
        await alice.PushAsync("c");

        var get = await alice.Mesh.GetAsync(new() { Key = "a", ReadPoint = point });
        Assert.Equal(("1", then), (get.Item.ValueJson, get.Position));
        Assert.Null((await alice.Mesh.GetAsync(new() { Key = "c", ReadPoint = point })).Item);
        var many = await alice.Mesh.GetManyAsync(new() { Keys = { "c", "b", "a" }, ReadPoint = point });
        Assert.Equal(["b", "a"], many.Items.Select(item => item.Key));
        Assert.Equal(["a", "b"], await ListAsync(alice, new() { PageSize = 1, ReadPoint = point }));
        Assert.Equal(["a"], await ListAsync(alice, new() { Filter = new() { Topics = { "t" } }, ReadPoint = point }));
        Assert.Equal(stats, await StatsAsync(point));
        Assert.Equal(prompt, await PromptAsync(point));
        Assert.NotEqual(prompt, await PromptAsync(null));
        // The same through ToolHandler is an agent's read.
        await AllowPastAsync(alice, Agent);
        var asAgent = await alice.Tools.GetContextAsync(new() { AsAgent = Agent, Key = "b", ReadPoint = point });
        Assert.Equal("1", asAgent.Item.ValueJson);

        async Task<MeshStats> StatsAsync(ReadPoint? at) => (await alice.Mesh.GetStatsAsync(new() { ReadPoint = at })).Stats;
        async Task<string> PromptAsync(ReadPoint? at) =>
            (await alice.Mesh.BuildPromptAsync(new() { Spec = new() { System = new() }, ReadPoint = at })).Prompt.Text;
    }

    [Fact]
    public async Task Get_AsOfTheTimeOfEachVersion_IsThatVersion()
    {
        var alice = server.NewUser();
        for (var push = 1; push <= 5; push++)
        {
            await alice.PushAsync("k", $"{push}");
        }

        foreach (var version in await VersionsAsync(alice, "k", pageSize: 2))
        {
            var byTime = await alice.Mesh.GetAsync(new() { Key = "k", ReadPoint = new() { AsOfTime = version.CommitTime } });
            // Commands of one group have one time, so the last of them is what the time tells.
            Assert.True(byTime.Position.Revision >= version.Position.Revision);
            var byPosition = await alice.Mesh.GetAsync(new() { Key = "k", ReadPoint = new() { AsOfPosition = version.Position } });
            Assert.Equal(version.Item, byPosition.Item);
        }
    }

    [Fact]
    public async Task Past_OfAnAgent_NeedsItsOwnPermission()
    {
        var alice = server.NewUser();
        await alice.PushAsync("k");
        var then = await alice.PositionAsync();
        var point = new ReadPoint { AsOfPosition = then };
        Func<Task>[] reads =
        [
            async () => await alice.Mesh.GetAsync(new() { AsAgent = Agent, Key = "k", ReadPoint = point }),
            async () => await alice.Mesh.GetManyAsync(new() { AsAgent = Agent, Keys = { "k" }, ReadPoint = point }),
            async () => await alice.Mesh.ListAsync(new() { AsAgent = Agent, ReadPoint = point }),
            async () => await alice.Mesh.GetStatsAsync(new() { AsAgent = Agent, ReadPoint = point }),
            async () => await alice.Mesh.BuildPromptAsync(new() { AsAgent = Agent, Spec = new() { System = new() }, ReadPoint = point }),
            async () => await alice.Mesh.ListVersionsAsync(new() { AsAgent = Agent, Key = "k" }),
            async () => await alice.Mesh.DiffPositionsAsync(new() { AsAgent = Agent, From = then }),
            async () => await alice.Tools.GetContextAsync(new() { AsAgent = Agent, Key = "k", ReadPoint = point }),
            async () => await alice.Tools.ListContextAsync(new() { AsAgent = Agent, ReadPoint = point }),
            async () => await alice.Tools.BuildPromptAsync(new() { AsAgent = Agent, Spec = new() { System = new() }, ReadPoint = point }),
        ];
        foreach (var read in reads)
        {
            Refusal.Of(ErrorReason.PastNotAllowed, await Assert.ThrowsAsync<RpcException>(read));
        }

        // A role with all tools is not enough.
        await alice.Mesh.SetAccessAsync(new() { Agent = Agent, Access = new() { PredefinedRole = PredefinedRole.Admin } });
        Refusal.Of(ErrorReason.PastNotAllowed, await Assert.ThrowsAsync<RpcException>(reads[0]));
        await AllowPastAsync(alice, Agent);
        Assert.True((await alice.Mesh.GetAccessAsync(new() { Agent = Agent })).Access.MayReadPast);
        foreach (var read in reads)
        {
            await read();
        }
    }

    [Fact]
    public async Task Past_OfAnAgent_IsWhatItCouldReadThenAndNotWhatItCanReadNow()
    {
        var alice = server.NewUser();
        await AllowPastAsync(alice, Agent);
        await alice.PushAsync("secret", "1", topics: ["hr"]);
        var before = await alice.PositionAsync();
        await alice.Mesh.RegisterAgentTopicsAsync(new() { Agent = Agent, Topics = { "hr" } });
        await alice.PushAsync("secret", "2", topics: ["hr"]);
        var subscribed = await alice.PositionAsync();
        await alice.Mesh.RegisterAgentTopicsAsync(new() { Agent = Agent });
        await alice.PushAsync("secret", "3", topics: ["hr"]);
        var after = await alice.PositionAsync();
        // Today the agent reads it, and its rights of then decide nevertheless.
        await alice.Mesh.RegisterAgentTopicsAsync(new() { Agent = Agent, Topics = { "hr" } });
        Assert.Equal("3", await alice.ValueAsync("secret", Agent));

        Assert.Null(await ValueAsync(before));
        Assert.Equal("2", await ValueAsync(subscribed));
        Assert.Null(await ValueAsync(after));
        Assert.Empty(await ListAsync(alice, new() { AsAgent = Agent, ReadPoint = new() { AsOfPosition = before } }));
        Assert.Equal(["2"], (await VersionsAsync(alice, "secret", Agent)).Select(version => version.Item.ValueJson));
        Assert.Equal(["3", "2", "1"], (await VersionsAsync(alice, "secret")).Select(version => version.Item.ValueJson));
        var difference = Assert.Single(
            (await alice.Mesh.DiffPositionsAsync(new() { AsAgent = Agent, From = subscribed, To = after })).Differences);
        Assert.Equal((ChangeKind.Removed, "2"), (difference.Kind, difference.Before.ValueJson));
        Assert.Null(difference.After);

        async Task<string?> ValueAsync(Position at) => (await alice.Mesh.GetAsync(
            new() { AsAgent = Agent, Key = "secret", ReadPoint = new() { AsOfPosition = at } })).Item?.ValueJson;
    }

    [Fact]
    public async Task Past_OfAnotherUser_IsOutOfReach()
    {
        var (alice, bob) = (server.NewUser(), server.NewUser());
        await alice.PushAsync("k", "\"of alice\"");
        await alice.PushAsync("k", "2");
        await bob.PushAsync("k", "\"of bob\"");
        await bob.PushAsync("x");
        var ofAlice = new Position { Epoch = (await alice.PositionAsync()).Epoch, Revision = 1 };
        var nobody = server.NewUser();

        foreach (var user in new[] { bob, nobody })
        {
            await Refusal.OfAsync(
                ErrorReason.EpochChanged, user.Mesh.GetAsync(new() { Key = "k", ReadPoint = new() { AsOfPosition = ofAlice } }));
            await Refusal.OfAsync(ErrorReason.EpochChanged, user.Mesh.DiffPositionsAsync(new() { From = ofAlice }));
        }

        Assert.Equal(["\"of bob\""], (await VersionsAsync(bob, "k")).Select(version => version.Item.ValueJson));
        Assert.Empty(await VersionsAsync(nobody, "k"));
        var past = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch);
        Assert.Empty(await ListAsync(nobody, new() { ReadPoint = new() { AsOfTime = past } }));
        Assert.False(server.HasStore(nobody.Id));
        // A page token of one user is a place in a list, and opens nothing of that user to another one.
        var token = (await alice.Mesh.ListVersionsAsync(new() { Key = "k", PageSize = 1 })).NextPageToken;
        Assert.Equal(
            ["\"of bob\""],
            (await bob.Mesh.ListVersionsAsync(new() { Key = "k", PageToken = token })).Versions.Select(version => version.Item.ValueJson));
    }

    [Fact]
    public async Task DiffPositions_OfTwoPositions_TellsBothItemsOfEachKeyThatDiffers()
    {
        var alice = server.NewUser();
        await alice.PushAsync("gone");
        await alice.PushAsync("kept");
        await alice.PushAsync("written", "1");
        var from = await alice.PositionAsync();
        await alice.Mesh.RemoveAsync(new() { Key = "gone" });
        await alice.PushAsync("written", "2");
        await alice.PushAsync("new");
        var to = await alice.PositionAsync();

        Assert.Equal(["Removed gone 1 > -", "Created new - > 1", "Updated written 1 > 2"], await DiffAsync(new() { From = from }));
        Assert.Equal(["Created gone - > 1", "Removed new 1 > -", "Updated written 2 > 1"], await DiffAsync(new() { From = to, To = from }));
        Assert.Equal(
            ["Updated written  > "],
            await DiffAsync(new() { From = from, To = to, View = ItemView.Keys, Filter = new() { KeyPrefix = "w" } }));
        Assert.Empty(await DiffAsync(new() { From = to }));

        async Task<List<string>> DiffAsync(DiffPositionsRequest request)
        {
            var differences = new List<string>();
            request.PageSize = 2;
            do
            {
                var page = await alice.Mesh.DiffPositionsAsync(request);
                Assert.Equal(request.To ?? to, page.Position);
                differences.AddRange(page.Differences.Select(one =>
                    $"{one.Kind} {one.Key} {one.Before?.ValueJson ?? "-"} > {one.After?.ValueJson ?? "-"}"));
                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);
            return differences;
        }
    }

    [Fact]
    public async Task Past_BadRequests_AreRefusedWithTheirField()
    {
        var alice = server.NewUser();
        await alice.PushAsync("k");
        await alice.PushAsync("k");
        var head = await alice.PositionAsync();
        var future = new Position { Epoch = head.Epoch, Revision = 3 };

        Assert.Equal("read_point", (await Refusal.OfAsync(
            ErrorReason.ArgumentInvalid, alice.Mesh.GetAsync(new() { Key = "k", ReadPoint = new() }))).Field);
        Assert.Equal("read_point.as_of_time", (await Refusal.OfAsync(
            ErrorReason.ArgumentInvalid,
            alice.Mesh.GetAsync(new() { Key = "k", ReadPoint = new() { AsOfTime = new() { Seconds = long.MaxValue } } }))).Field);
        var beyond = await Refusal.OfAsync(
            ErrorReason.RevisionInFuture, alice.Mesh.GetAsync(new() { Key = "k", ReadPoint = new() { AsOfPosition = future } }));
        Assert.Equal("2", beyond.Info.Metadata["head"]);
        var tomorrow = Timestamp.FromDateTimeOffset(DateTimeOffset.MaxValue);
        await Refusal.OfAsync(
            ErrorReason.RevisionInFuture, alice.Mesh.GetAsync(new() { Key = "k", ReadPoint = new() { AsOfTime = tomorrow } }));
        await Refusal.OfAsync(ErrorReason.EpochChanged, alice.Mesh.DiffPositionsAsync(new()));
        await Refusal.OfAsync(ErrorReason.ArgumentInvalid, alice.Mesh.ListVersionsAsync(new() { Key = "k", PageSize = 1_001 }));
        await Refusal.OfAsync(ErrorReason.KeyInvalid, alice.Mesh.ListVersionsAsync(new() { Key = "\0" }));
        var token = (await alice.Mesh.ListVersionsAsync(new() { Key = "k", PageSize = 1 })).NextPageToken;
        await Refusal.OfAsync(ErrorReason.PageTokenInvalid, alice.Mesh.ListVersionsAsync(new() { Key = "other", PageToken = token }));
        await Refusal.OfAsync(ErrorReason.PageTokenInvalid, alice.Mesh.DiffPositionsAsync(new() { From = head, PageToken = token }));
    }

    [Fact]
    public async Task Past_BeyondTheLog_IsHistoryCompactedAndWithinItIsComplete()
    {
        await using var small = await TestServer.StartAsync("--Log:MaxChanges=10", "--Audit:Enabled=false");
        var alice = small.NewUser();
        await alice.PushAsync("old", "1");
        for (var push = 1; push < 30; push++)
        {
            await alice.PushAsync("k", $"{push}");
        }

        await alice.PushAsync("old", "2");
        var head = await alice.PositionAsync();
        // Trimming goes on beside the calls, so what was told a moment ago may be gone. It ends, because no command follows.
        while (!await IsCompleteFromAsync(await OldestAsync()))
        {
        }

        await Refusal.OfAsync(
            ErrorReason.HistoryCompacted,
            alice.Mesh.GetStatsAsync(new() { ReadPoint = new() { AsOfTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch) } }));

        async Task<long> OldestAsync()
        {
            var first = new ReadPoint { AsOfPosition = new() { Epoch = head.Epoch, Revision = 1 } };
            var refusal = await Refusal.OfAsync(
                ErrorReason.HistoryCompacted, alice.Mesh.GetAsync(new() { Key = "old", ReadPoint = first }));
            var oldest = long.Parse(refusal.Info.Metadata["oldest"], System.Globalization.CultureInfo.InvariantCulture);
            Assert.InRange(oldest, 15, 29);
            return oldest;
        }

        async Task<bool> IsCompleteFromAsync(long oldest)
        {
            // The log no longer has the command that wrote it, and the row is kept as long as a past state needs it.
            for (var revision = oldest; revision < head.Revision; revision++)
            {
                ListResponse past;
                try
                {
                    past = await alice.Mesh.ListAsync(
                        new() { ReadPoint = new() { AsOfPosition = new() { Epoch = head.Epoch, Revision = revision } } });
                }
                catch (RpcException compacted) when (compacted.StatusCode == StatusCode.OutOfRange)
                {
                    return false;
                }
                Assert.Equal([("k", $"{revision - 1}"), ("old", "1")], past.Items.Select(item => (item.Key, item.ValueJson)));
            }
            return (await VersionsAsync(alice, "k"))[^1].Position.Revision == oldest;
        }
    }

    [Fact]
    public async Task Commands_HistoryAndDiff_TellVersionsAndDifferences()
    {
        var alice = server.NewUser();
        await alice.PushAsync("k", "1");
        await alice.PushAsync("k", $"\"{new string('x', 100)}\"", agent: Agent);
        await alice.PushAsync("new", topics: ["t"]);
        await alice.Mesh.RemoveAsync(new() { Key = "k" });

        var history = await RunAsync("history", "k", "--user", alice.Id);
        Assert.Equal(["REVISION", "4", "2", "1"], history.Select(line => line.Split(' ')[0]));
        Assert.Matches($@"^2 +\S+ +Updated +{Agent} +""x+… \(102 letters\)$", history[2]);
        Assert.Equal(
            ["KIND     KEY  BEFORE  AFTER", "Removed  k    1       -", "Created  new  -       1"],
            await RunAsync("diff", "1", "--user", alice.Id));
        Assert.Equal(["KIND     KEY  BEFORE  AFTER", "Removed  new  1       -"],
            await RunAsync("diff", "3", "2", "--prefix", "n", "--user", alice.Id));
        using var errors = new StringWriter();
        string[] words = ["history", "k", "--user", alice.Id, "--agent", Agent, "--server", server.Grpc.ToString()];
        Assert.Equal(1, await SynthaCommands.RunAsync(words, TextWriter.Null, errors));
        Assert.StartsWith("PAST_NOT_ALLOWED", errors.ToString(), StringComparison.Ordinal);

        async Task<string[]> RunAsync(params string[] words)
        {
            using var output = new StringWriter { NewLine = "\n" };
            Assert.Equal(0, await SynthaCommands.RunAsync([.. words, "--server", server.Grpc.ToString()], output, TextWriter.Null));
            return output.ToString().TrimEnd().Split('\n');
        }
    }

    private static async Task<List<string>> ListAsync(TestUser user, ListRequest request)
    {
        var keys = new List<string>();
        do
        {
            var page = await user.Mesh.ListAsync(request);
            keys.AddRange(page.Items.Select(item => item.Key));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return keys;
    }

    private static async Task<List<ItemVersion>> VersionsAsync(TestUser user, string key, string? agent = null, int pageSize = 0)
    {
        var versions = new List<ItemVersion>();
        var request = new ListVersionsRequest { Key = key, PageSize = pageSize };
        if (agent is not null)
        {
            request.AsAgent = agent;
        }

        do
        {
            var page = await user.Mesh.ListVersionsAsync(request);
            versions.AddRange(page.Versions);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return versions;
    }

    private static async Task AllowPastAsync(TestUser user, string agent) =>
        await user.Mesh.SetAccessAsync(new() { Agent = agent, Access = new() { MayReadPast = true } });
}
