using Google.Protobuf;

namespace Syntha.Server.Tests.Services;

/// <summary>
/// Attack 26: to an agent outside its audience an item does not exist. Twin users have the same history, but for one item: the first twin has
/// it hidden from the agent, the second has in its place something that the agent could not see anyway. All that the agent asks is answered
/// alike, byte for byte.
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
        // The control: whoever is in the audience sees it, and so does the owner.
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
        Assert.True((await with.Tools.RemoveContextAsync(new() { AgentName = "insider", Key = "hidden" })).Removed);
    }

    private static (string Name, Func<TestUser, Task<ByteString>> Ask)[] Reads { get; } =
    [
        ("Get", async user => Bytes(await user.Mesh.GetAsync(new() { Key = "hidden", AgentName = Outsider }))),
        ("Get structured", async user => Bytes(await user.Mesh.GetAsync(new() { Key = "hidden", AgentName = Outsider, ValueForm = ValueForm.Structured }))),
        ("GetMany", async user => Bytes(await user.Mesh.GetManyAsync(new() { Keys = { "hidden", "open" }, AgentName = Outsider }))),
        ("List", async user => Bytes(await user.Mesh.ListAsync(new() { AgentName = Outsider }))),
        ("List keys", async user => Bytes(await user.Mesh.ListAsync(new() { AgentName = Outsider, KeysOnly = true }))),
        ("List by prefix", async user => Bytes(await user.Mesh.ListAsync(new() { AgentName = Outsider, KeyPrefix = "hid" }))),
        ("List by glob", async user => Bytes(await user.Mesh.ListAsync(new() { AgentName = Outsider, KeyGlob = "*" }))),
        ("List by topic", async user => Bytes(await user.Mesh.ListAsync(new() { AgentName = Outsider, Topic = "secret" }))),
        ("List by topic nobody hears", async user => Bytes(await user.Mesh.ListAsync(new() { AgentName = Outsider, Topic = "unheard" }))),
        ("List, page of one", async user => Bytes(await user.Mesh.ListAsync(new() { AgentName = Outsider, PageSize = 1 }))),
        ("ListTopics", async user => Bytes(await user.Mesh.ListTopicsAsync(new() { AgentName = Outsider }))),
        ("GetStats", async user => Bytes(await user.Mesh.GetStatsAsync(new() { AgentName = Outsider }))),
        ("GetContext", async user => Bytes(await user.Tools.GetContextAsync(new() { Key = "hidden", AgentName = Outsider }))),
        ("HasContext", async user => Bytes(await user.Tools.HasContextAsync(new() { Key = "hidden", AgentName = Outsider }))),
        ("ListContextKeys", async user => Bytes(await user.Tools.ListContextKeysAsync(new() { AgentName = Outsider }))),
        ("ListContextKeys, page of one", async user => Bytes(await user.Tools.ListContextKeysAsync(new() { AgentName = Outsider, PageSize = 1 }))),
        ("tools' ListTopics", async user => Bytes(await user.Tools.ListTopicsAsync(new() { AgentName = Outsider }))),
        ("GetContextByTopic", async user => Bytes(await user.Tools.GetContextByTopicAsync(new() { AgentName = Outsider, Topic = "secret" }))),
        ("GetContextByTopic nobody hears", async user => Bytes(await user.Tools.GetContextByTopicAsync(new() { AgentName = Outsider, Topic = "unheard" }))),
        ("GetContextByPattern", async user => Bytes(await user.Tools.GetContextByPatternAsync(new() { AgentName = Outsider, KeyGlob = "*" }))),
        ("BuildPrompt", async user => Bytes(await user.Tools.BuildPromptAsync(new() { AgentName = Outsider, Spec = new() { System = new() } }))),
        ("BuildPrompt of the key", async user => Bytes(await user.Mesh.BuildPromptAsync(
            new() { AgentName = Outsider, Spec = new() { Custom = new() { Keys = { "hidden" }, Template = "{hidden}", FallbackText = "-" } } }))),
        ("get_context", async user => Bytes(await user.Tools.CallToolAsync(new() { AgentName = Outsider, Name = "get_context" }))),
        ("get_context of the key", async user => Bytes(await user.Tools.CallToolAsync(
            new() { AgentName = Outsider, Name = "get_context", ArgumentsJson = """{"keys": "hidden"}""" }))),
        ("list_context", async user => Bytes(await user.Tools.CallToolAsync(new() { AgentName = Outsider, Name = "list_context" }))),
        ("discover_topics", async user => Bytes(await user.Tools.CallToolAsync(new() { AgentName = Outsider, Name = "discover_topics" }))),
        ("GetContextByPattern, exact", async user => Bytes(await user.Tools.GetContextByPatternAsync(new() { AgentName = Outsider, KeyGlob = "hidden" }))),
    ];

    // The epoch is random for each twin, and the clock goes on between them; all else has to be the same.
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
        var request = new RemoveContextRequest { AgentName = Outsider, Key = "hidden" };
        if (guard is { } revision)
        {
            request.IfRevision = revision;
        }

        return await AnswerAsync(user.Tools.RemoveContextAsync(request));
    }

    private static async Task<string> RemoveAsOwnersAgentAsync(TestUser user, long? guard)
    {
        var request = new RemoveRequest { AgentName = Outsider, Key = "hidden" };
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
            await user.Mesh.RegisterAgentTopicsAsync(new() { AgentName = "insider", Topics = { "secret" } });
            await user.Mesh.RegisterAgentTopicsAsync(new() { AgentName = Outsider, Topics = { "news" } });
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
        // Takes a revision as well, of which an agent sees nothing.
        await without.Mesh.SetPostPermissionsAsync(new() { AgentName = "third", Permissions = new() });
        return (with, without);
    }
}
