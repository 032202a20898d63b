using Syntha.Client.Tests.Fakes;

namespace Syntha.Client.Tests;

public sealed class TextTests
{
    // The data has names here: an attribute's text is stored as UTF-8, in which no lone surrogate survives.
    private static readonly Dictionary<string, string> Texts = new()
    {
        ["lone high surrogate at the end"] = "a\ud83d",
        ["lone low surrogate at the start"] = "\udc00b",
        ["pair in the wrong order"] = "\udc00\ud83d",
        ["high surrogate twice"] = "\ud83d\ud83d\udd11",
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("lone high surrogate at the end")]
    [InlineData("lone low surrogate at the start")]
    [InlineData("pair in the wrong order")]
    [InlineData("high surrogate twice")]
    public async Task AnyCall_LoneSurrogate_IsRefusedBeforeItIsSent(string name)
    {
        var text = Texts[name];
        await using var server = await ScriptedServer.StartAsync(_ => new V1.PushResponse());
        await using var client = server.Client();
        var mesh = client.ForUser("alice");

        await Assert.ThrowsAsync<ArgumentException>("key", () => mesh.PushJsonAsync(text, "1", cancellationToken: Token));
        await Assert.ThrowsAsync<ArgumentException>("Topics", () => mesh.PushJsonAsync("k", "1", new() { Topics = [text] }, Token));
        await Assert.ThrowsAsync<ArgumentException>(
            "Subscribers", () => mesh.PushJsonAsync("k", "1", new() { Subscribers = [text] }, Token));
        await Assert.ThrowsAsync<ArgumentException>("AgentName", () => mesh.PushJsonAsync("k", "1", new() { AgentName = text }, Token));
        Assert.Throws<ArgumentException>("json", () => { _ = mesh.PushJsonAsync("k", $"\"{text}\"", cancellationToken: Token); });
        await Assert.ThrowsAsync<ArgumentException>("key", () => mesh.GetAsync(text, cancellationToken: Token));
        await Assert.ThrowsAsync<ArgumentException>("keys", () => mesh.GetManyAsync([text], cancellationToken: Token));
        Assert.Throws<ArgumentException>("agentName", () => mesh.ForAgent(text));

        Assert.Empty(server.Calls);
    }

    [Theory]
    [InlineData("")]
    [InlineData("日本語 🔑 a/b.c @#$")]
    [InlineData("\ud83d\udd11")]
    public async Task Push_LegalKey_TravelsUnchanged(string key)
    {
        await using var server = await ScriptedServer.StartAsync(_ => new V1.PushResponse());
        await using var client = server.Client();

        await client.ForUser("alice").PushJsonAsync(key, "1", cancellationToken: Token);

        Assert.Equal(key, ((V1.PushRequest)server.Calls.Single().Request).Item.Key);
    }

    [Fact]
    public async Task ToolHandler_EmptyAgent_IsRefused_AndAnAgentInOptionsToo()
    {
        await using var client = new SynthaClient();
        var mesh = client.ForUser("alice");

        Assert.Throws<ArgumentException>("agentName", () => mesh.ForAgent(""));
        await Assert.ThrowsAsync<ArgumentException>(
            "options", () => mesh.ForAgent("a").PushContextAsync("k", 1, new PushOptions { AgentName = "b" }, Token));
    }

    [Fact]
    public async Task Get_EmptyAgent_IsSentAsItIs_SoThatTheServerRefusesIt()
    {
        await using var server = await ScriptedServer.StartAsync(_ => new V1.GetResponse());
        await using var client = server.Client();

        await client.ForUser("alice").GetAsync("k", agentName: "", cancellationToken: Token);

        Assert.True(((V1.GetRequest)server.Calls.Single().Request).HasAsAgent);
    }
}
