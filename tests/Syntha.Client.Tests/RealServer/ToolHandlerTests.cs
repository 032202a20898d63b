using System.Text.Json;

namespace Syntha.Client.Tests.RealServer;

public sealed class ToolHandlerTests(SharedServer shared)
{
    private readonly ContextMesh mesh = shared.Server.NewUser();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PushContext_ToATopicThatNobodyListensTo_IsReadBackByItsAuthorAlone()
    {
        var author = mesh.ForAgent("author");
        await author.PushContextAsync("conversations", Array.Empty<int>(), topic: "chat_history", cancellationToken: Token);

        Assert.Equal("[]", (await author.GetContextItemAsync("conversations", Token))!.ValueJson);
        Assert.Equal(["chat_history"], await author.ListTopicsAsync(Token));
        Assert.Null(await mesh.ForAgent("other").GetContextAsync("conversations", Token));
        Assert.Empty(await mesh.ForAgent("other").ListTopicsAsync(Token));
    }

    [Fact]
    public async Task PushContext_Metadata_IsKept()
    {
        var agent = mesh.ForAgent("a");
        await agent.PushContextAsync("k", 1, metadata: JsonElement.Parse("""{"id":9223372036854775807}"""), cancellationToken: Token);

        var item = (await agent.GetContextItemAsync("k", Token))!;

        Assert.Equal(long.MaxValue, item.Metadata!.Value.GetProperty("id").GetInt64());
        Assert.Equal(("a", null), (item.Author, item.ExpireTime));
    }

    [Fact]
    public async Task HasContext_NullValue_Exists()
    {
        var agent = mesh.ForAgent("a");
        await agent.PushContextAsync<string?>("k", null, cancellationToken: Token);

        Assert.True(await agent.HasContextAsync("k", Token));
        Assert.False(await agent.HasContextAsync("missing", Token));
        Assert.Null(await agent.GetContextAsync<int?>("k", Token));
    }

    [Fact]
    public async Task RemoveContext_UnreadableKey_AnswersAsForAMissingOne()
    {
        await mesh.ForAgent("a").PushContextAsync("secret", 1, topic: "private", cancellationToken: Token);

        Assert.False(await mesh.ForAgent("b").RemoveContextAsync("secret", cancellationToken: Token));
        Assert.True(await mesh.ForAgent("a").RemoveContextAsync("secret", cancellationToken: Token));
    }

    [Fact]
    public async Task PushContext_KeyThatTheAgentCannotRead_IsRefused()
    {
        await mesh.ForAgent("a").PushContextAsync("secret", 1, topic: "private", cancellationToken: Token);

        var thrown = await Assert.ThrowsAsync<SynthaPermissionDeniedException>(
            () => mesh.ForAgent("b").PushContextAsync("secret", 2, cancellationToken: Token));

        Assert.Equal(ErrorReason.KeyNotWritable, thrown.Reason);
    }

    [Fact]
    public async Task GetContextByTopicAndPattern_OverSeveralPages_ReturnAllThatIsReadable()
    {
        var agent = mesh.ForAgent("a");
        await mesh.PushManyAsync(
            Enumerable.Range(0, 1_200).Select(i => PushEntry.From($"k{i:0000}", i) with { Topics = ["t"] }),
            cancellationToken: Token);
        await mesh.PushAsync("other", 1, cancellationToken: Token);
        await mesh.RegisterAgentTopicsAsync("a", ["t"], Token);

        Assert.Equal(1_200, (await agent.GetContextByTopicAsync("t", Token)).Count);
        Assert.Equal(1_201, (await agent.ListContextKeysAsync(Token)).Count);
        Assert.Equal(["k0010", "k1010"], (await agent.GetContextPatternAsync("k?010", Token)).Keys);
    }

    [Fact]
    public async Task ClearOwnContext_LeavesTheItemsOfOthers_AndClearAllContextDoesNot()
    {
        var agent = mesh.ForAgent("a");
        await agent.PushContextAsync("own", 1, cancellationToken: Token);
        await mesh.ForAgent("b").PushContextAsync("other", 1, cancellationToken: Token);

        Assert.Equal(1, await agent.ClearOwnContextAsync(cancellationToken: Token));
        Assert.Equal(["other"], await agent.ListContextKeysAsync(Token));

        Assert.Equal(1, await agent.ClearAllContextAsync(Token));
        Assert.Empty(await agent.ListContextKeysAsync(Token));
    }

    [Fact]
    public async Task UnsubscribeFromTopics_SomeOfThemUnknown_TellsWhich()
    {
        await mesh.RegisterAgentTopicsAsync("a", ["t1", "t2"], Token);

        var result = await mesh.ForAgent("a").UnsubscribeFromTopicsAsync(["t1", "unknown"], Token);

        Assert.Equal(["t1"], result.TopicsUnsubscribed);
        Assert.Equal(["unknown"], result.TopicsNotSubscribed);
        Assert.Equal(["t2"], result.RemainingTopics);
    }
}
