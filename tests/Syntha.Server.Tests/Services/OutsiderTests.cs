using Google.Protobuf;

namespace Syntha.Server.Tests.Services;

/// <summary>
/// Attack 26: an agent outside an item's audience sees no trace of the item. Twin users have the same history except for one item. The
/// first twin hides it from the agent. The second has another item there that the agent cannot see anyway. Every call of the agent gets the
/// same answer from both, byte for byte.
/// </summary>
public sealed class OutsiderTests(SharedServer server)
{
    private const string Outsider = "outsider";

    public static TheoryData<string> Hidings { get; } = new("topic", "subscriber", "both", "agent's own", "unheard topic");

    [Theory]
    [MemberData(nameof(Hidings))]
    public async Task AnyRead_OfAHiddenItem_IsAnsweredAsIfItWereNot(string hiding)
    {
        var (with, without) = await TwinsAsync(hiding);

        foreach (var (name, ask) in Reads)
        {
            Assert.Equal((name, await ask(without)), (name, await ask(with)));
        }
        // The control: an agent in the audience sees the item, and so does the owner.
        Assert.Equal("\"secret\"", await with.ValueAsync("hidden", agent: "insider"));
        Assert.Equal("\"secret\"", await with.ValueAsync("hidden"));
        Assert.Contains("hidden", await with.KeysAsync("insider"));
    }

    [Theory]
    [MemberData(nameof(Hidings))]
    public async Task AnyRemoval_OfAHiddenItem_IsAnsweredAsIfItWereNot(string hiding)
    {
        var (with, without) = await TwinsAsync(hiding);
        long?[] guards = [null, 0, 1, 2, 3, 4, 5, 999];

        foreach (var guard in guards)
        {
            Assert.Equal(await RemoveAsync(without, guard), await RemoveAsync(with, guard));
            Assert.Equal(await RemoveAsOwnersAgentAsync(without, guard), await RemoveAsOwnersAgentAsync(with, guard));
        }
        Assert.Equal("\"secret\"", await with.ValueAsync("hidden", agent: "insider"));
        Assert.True((await with.Tools.RemoveContextAsync(new() { AsAgent = "insider", Key = "hidden" })).Removed);
    }

    private static (string Name, Func<TestUser, Task<ByteString>> Ask)[] Reads { get; } =
    [
        ("Get", async user => Bytes(await user.Mesh.GetAsync(new() { Key = "hidden", AsAgent = Outsider }))),
        ("Get structured",
            async user => Bytes(await user.Mesh.GetAsync(new() { Key = "hidden", AsAgent = Outsider, View = ItemView.Structured }))),
        ("GetMany", async user => Bytes(await user.Mesh.GetManyAsync(new() { Keys = { "hidden", "open" }, AsAgent = Outsider }))),
        ("List", async user => Bytes(await user.Mesh.ListAsync(new() { AsAgent = Outsider }))),
        ("List keys", async user => Bytes(await user.Mesh.ListAsync(new() { AsAgent = Outsider, View = ItemView.Keys }))),
        ("List by prefix",
            async user => Bytes(await user.Mesh.ListAsync(new() { AsAgent = Outsider, Filter = new() { KeyPrefix = "hid" } }))),
        ("List by glob", async user => Bytes(await user.Mesh.ListAsync(new() { AsAgent = Outsider, Filter = new() { KeyGlob = "*" } }))),
        ("List by topic",
            async user => Bytes(await user.Mesh.ListAsync(new() { AsAgent = Outsider, Filter = new() { Topics = { "secret" } } }))),
        ("List by topic nobody hears",
            async user => Bytes(await user.Mesh.ListAsync(new() { AsAgent = Outsider, Filter = new() { Topics = { "unheard" } } }))),
        ("List, page of one", async user => Bytes(await user.Mesh.ListAsync(new() { AsAgent = Outsider, PageSize = 1 }))),
        ("ListTopics", async user => Bytes(await user.Mesh.ListTopicsAsync(new() { AsAgent = Outsider }))),
        ("GetStats", async user => Bytes(await user.Mesh.GetStatsAsync(new() { AsAgent = Outsider }))),
        ("GetContext", async user => Bytes(await user.Tools.GetContextAsync(new() { Key = "hidden", AsAgent = Outsider }))),
        ("HasContext", async user => Bytes(await user.Tools.HasContextAsync(new() { Key = "hidden", AsAgent = Outsider }))),
        ("ListContextKeys", async user => Bytes(await user.Tools.ListContextAsync(new() { AsAgent = Outsider, View = ItemView.Keys }))),
        ("ListContextKeys, page of one",
            async user => Bytes(await user.Tools.ListContextAsync(new() { AsAgent = Outsider, PageSize = 1, View = ItemView.Keys }))),
        ("tools' ListTopics", async user => Bytes(await user.Tools.ListTopicsAsync(new() { AsAgent = Outsider }))),
        ("GetContextByTopic",
            async user => Bytes(await user.Tools.ListContextAsync(new() { AsAgent = Outsider, Filter = new() { Topics = { "secret" } } }))),
        ("GetContextByTopic nobody hears",
            async user =>
                Bytes(await user.Tools.ListContextAsync(new() { AsAgent = Outsider, Filter = new() { Topics = { "unheard" } } }))),
        ("GetContextByPattern",
            async user => Bytes(await user.Tools.ListContextAsync(new() { AsAgent = Outsider, Filter = new() { KeyGlob = "*" } }))),
        ("BuildPrompt",
            async user => Bytes(await user.Tools.BuildPromptAsync(new() { AsAgent = Outsider, Spec = new() { System = new() } }))),
        ("BuildPrompt of the key", async user => Bytes(await user.Mesh.BuildPromptAsync(
            new()
            {
                AsAgent = Outsider,
                Spec = new() { Custom = new() { Keys = { "hidden" }, Template = "{hidden}", FallbackText = "-" } },
            }))),
        ("get_context", async user => Bytes(await user.Tools.CallToolAsync(new() { AsAgent = Outsider, Name = "get_context" }))),
        ("get_context of the key", async user => Bytes(await user.Tools.CallToolAsync(
            new() { AsAgent = Outsider, Name = "get_context", ArgumentsJson = """{"keys": "hidden"}""" }))),
        ("list_context", async user => Bytes(await user.Tools.CallToolAsync(new() { AsAgent = Outsider, Name = "list_context" }))),
        ("discover_topics", async user => Bytes(await user.Tools.CallToolAsync(new() { AsAgent = Outsider, Name = "discover_topics" }))),
        ("GetContextByPattern, exact",
            async user => Bytes(await user.Tools.ListContextAsync(new() { AsAgent = Outsider, Filter = new() { KeyGlob = "hidden" } }))),
    ];

    // The epoch is random for each twin, and the clock goes on between them. All else must be the same.
    private static ByteString Bytes(IMessage answer)
    {
        ((Position)answer.Descriptor.FindFieldByName("position").Accessor.GetValue(answer)).Epoch = "";
        if (answer.Descriptor.FindFieldByName("items")?.Accessor.GetValue(answer) is IEnumerable<Item> items)
        {
            foreach (var item in items)
            {
                item.UpdateTime = null;
            }
        }
        return answer.ToByteString();
    }

    private static async Task<string> RemoveAsync(TestUser user, long? guard)
    {
        var request = new RemoveRequest { AsAgent = Outsider, Key = "hidden" };
        if (guard is { } revision)
        {
            request.IfRevision = revision;
        }

        return await AnswerAsync(user.Tools.RemoveContextAsync(request));
    }

    private static async Task<string> RemoveAsOwnersAgentAsync(TestUser user, long? guard)
    {
        var request = new RemoveRequest { AsAgent = Outsider, Key = "hidden" };
        if (guard is { } revision)
        {
            request.IfRevision = revision;
        }

        return await AnswerAsync(user.Mesh.RemoveAsync(request));
    }

    private static async Task<string> AnswerAsync<T>(AsyncUnaryCall<T> call)
        where T : IMessage
    {
        try
        {
            return Bytes(await call).ToBase64();
        }
        catch (RpcException refused)
        {
            return refused.Status + Convert.ToBase64String(refused.Trailers.GetValueBytes("grpc-status-details-bin") ?? []);
        }
    }

    private async Task<(TestUser With, TestUser Without)> TwinsAsync(string hiding)
    {
        var (with, without) = (server.NewUser("with"), server.NewUser("without"));
        foreach (var user in (TestUser[])[with, without])
        {
            await user.Mesh.RegisterAgentTopicsAsync(new() { Agent = "insider", Topics = { "secret" } });
            await user.Mesh.RegisterAgentTopicsAsync(new() { Agent = Outsider, Topics = { "news" } });
            await user.PushAsync("open", "\"for all\"");
            await user.PushAsync("zz", "\"for news\"", topics: ["news"]);
        }
        await (hiding switch
        {
            "topic" => with.PushAsync("hidden", "\"secret\"", topics: ["secret"]),
            "subscriber" => with.PushAsync("hidden", "\"secret\"", subscribers: ["insider"]),
            "both" => with.PushAsync("hidden", "\"secret\"", topics: ["secret"], subscribers: ["insider", "third"]),
            "agent's own" => with.PushAsync("hidden", "\"secret\"", topics: ["unheard"], agent: "insider"),
            _ => with.PushAsync("hidden", "\"secret\"", topics: ["unheard"], subscribers: ["insider"]),
        });
        // This write takes a revision too, and an agent sees nothing of it.
        await without.Mesh.SetPostPermissionsAsync(new() { Agent = "third", Permissions = new() });
        return (with, without);
    }
}
