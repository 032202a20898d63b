namespace Syntha.Client.Tests.RealServer;

public sealed class AccessTests(SharedServer shared)
{
    private readonly ContextMesh mesh = shared.Server.NewUser();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetAccessSummary_OfANewAgent_AllowsEverything()
    {
        var summary = await mesh.ForAgent("a").GetAccessSummaryAsync(Token);

        Assert.Equal(AgentTools.Standard, summary.AvailableTools);
        Assert.Equal(("a", null, null), (summary.AgentName, summary.Access, summary.AgentRole));
        Assert.Equal((7, 10), (summary.TotalAvailable, summary.TotalPossible));
        Assert.True(await mesh.ForAgent("a").HasToolAccessAsync("delete_topic", Token));
    }

    [Fact]
    public async Task AgentRoles_OfTheClient_AreThoseOfTheServer()
    {
        foreach (var role in AgentRoles.All)
        {
            Assert.Equal(AgentRoles.ToolsOf(role), await mesh.ForAgent(role).SetAgentRoleAsync(role, Token));
        }

        Assert.Throws<ArgumentException>(() => AgentRoles.ToolsOf("intern"));
    }

    [Theory]
    [InlineData("safe", 6)]
    [InlineData("minimal", 3)]
    [InlineData("readonly", 3)]
    public async Task SetAccess_OfARestrictionLevel_AllowsItsTools(string level, int count)
    {
        var agent = mesh.ForAgent(level);
        Assert.Equal(count, (await agent.SetAccessAsync(AgentAccess.Restricted(level), Token)).Count);
        Assert.False(await agent.HasToolAccessAsync("delete_topic", Token));
        Assert.Contains("delete_topic", await agent.RemoveDeniedToolAsync("delete_topic", Token));
        Assert.Throws<ArgumentException>(() => AgentAccess.Restricted("none"));
    }

    [Fact]
    public async Task Setters_OneAfterTheOther_LeaveWhatTheOthersSet()
    {
        var agent = mesh.ForAgent("a");
        await agent.SetAgentRoleAsync(AgentRoles.Contributor, Token);
        await agent.SetAllowedToolsAsync([AgentTools.GetContext, AgentTools.PushContext, AgentTools.DeleteTopic], Token);

        Assert.Equal([AgentTools.GetContext], await agent.SetDeniedToolsAsync([AgentTools.PushContext], Token));
        var access = (await agent.GetAccessSummaryAsync(Token)).Access!;
        Assert.Equal(AgentRoles.Contributor, access.Role);
        Assert.Equal(3, access.AllowedTools!.Count);
        Assert.Equal([AgentTools.PushContext], access.DeniedTools);
        Assert.Empty(await agent.SetAllowedToolsAsync([], Token));
        Assert.Equal(AgentTools.Standard, await agent.SetAccessAsync(null, Token));
    }

    [Fact]
    public async Task Setters_OfARoleOrAToolThatDoesNotExist_AreRefusedAndStoreNothing()
    {
        var agent = mesh.ForAgent("a");

        await Assert.ThrowsAsync<ArgumentException>("role", () => agent.SetAgentRoleAsync("readnoly", Token));
        await Assert.ThrowsAsync<ArgumentNullException>("tools", () => agent.SetDeniedToolsAsync(null!, Token));
        await Assert.ThrowsAsync<SynthaInvalidArgumentException>(() => agent.RemoveAllowedToolAsync("delete_topc", Token));
        await Assert.ThrowsAsync<SynthaInvalidArgumentException>(() => agent.AddDeniedToolAsync("delete_topc", Token));
        Assert.Null((await agent.GetAccessSummaryAsync(Token)).Access);
    }

    [Fact]
    public async Task AddAndRemove_OneTool_ChangeOneListAndNothingElse()
    {
        var agent = mesh.ForAgent("a");
        await agent.SetAccessAsync(
            new AgentAccess { Role = "analyst", RoleTools = [AgentTools.GetContext, AgentTools.ListContext] }, Token);

        Assert.Equal([AgentTools.GetContext], await agent.AddDeniedToolAsync(AgentTools.ListContext, Token));
        Assert.Equal([AgentTools.GetContext], await agent.AddDeniedToolAsync(AgentTools.ListContext, Token));
        Assert.Equal([AgentTools.ListContext], (await agent.GetAccessSummaryAsync(Token)).Access!.DeniedTools);
        Assert.Equal([AgentTools.GetContext, AgentTools.ListContext], await agent.RemoveDeniedToolAsync(AgentTools.ListContext, Token));
        await agent.SetAllowedToolsAsync([AgentTools.ListContext, AgentTools.PushContext], Token);
        await agent.AddAllowedToolAsync(AgentTools.DiscoverTopics, Token);
        Assert.Equal([AgentTools.ListContext], await agent.RemoveAllowedToolAsync(AgentTools.PushContext, Token));

        var access = (await agent.GetAccessSummaryAsync(Token)).Access!;
        Assert.Equal([AgentTools.ListContext, AgentTools.DiscoverTopics], access.AllowedTools!);
        Assert.Equal(("analyst", 2, 0), (access.Role, access.RoleTools.Count, access.DeniedTools.Count));
    }

    [Fact]
    public async Task AddAndRemove_WithoutAList_BeginWithTheStandardTools()
    {
        var agent = mesh.ForAgent("a");

        Assert.Equal(AgentTools.Standard, await agent.AddAllowedToolAsync(AgentTools.GetContext, Token));
        Assert.Null((await agent.GetAccessSummaryAsync(Token)).Access?.AllowedTools);
        Assert.Equal(AgentTools.Standard.SkipLast(1), await agent.RemoveAllowedToolAsync(AgentTools.DeleteTopic, Token));
        await Assert.ThrowsAsync<SynthaInvalidArgumentException>(() => agent.AddDeniedToolAsync("fly", Token));
        Assert.Equal(
            [.. AgentTools.Standard, AgentTools.UpdateContext],
            await mesh.ForAgent("b").AddAllowedToolAsync(AgentTools.UpdateContext, Token));
    }

    [Fact]
    public async Task RemoveAllowedTool_OfARoleOfOnesOwn_BeginsWithItsTools()
    {
        var agent = mesh.ForAgent("a");
        await agent.SetAccessAsync(
            new() { Role = "editor", RoleTools = [AgentTools.GetContext, AgentTools.PushContext, AgentTools.UpdateContext] }, Token);

        Assert.Equal(
            [AgentTools.PushContext, AgentTools.UpdateContext], await agent.RemoveAllowedToolAsync(AgentTools.GetContext, Token));
    }

    [Fact]
    public async Task SetAccess_ARoleOfOnesOwn_IsToldToWhoFollowsTheMesh()
    {
        var agent = mesh.ForAgent("a");
        var subscription = mesh.SubscribeAsync(new SubscriptionOptions { IncludeAgents = true }, cancellationToken: Token);
        await using var events = subscription.GetAsyncEnumerator(Token);
        Assert.True(await events.MoveNextAsync());
        await agent.SetAccessAsync(new AgentAccess { Role = "clerk", RoleTools = [AgentTools.ListContext] }, Token);
        while (events.Current is not ContextEvent.Committed)
        {
            Assert.True(await events.MoveNextAsync());
        }

        var change = Assert.Single(((ContextEvent.Committed)events.Current).Changes);
        Assert.Equal(("clerk", AgentTools.ListContext), (change.Agent!.Access!.Role, change.Agent.Access.RoleTools.Single()));
        await Assert.ThrowsAsync<SynthaInvalidArgumentException>(
            () => agent.SetAccessAsync(new AgentAccess { DeniedTools = ["fly"] }, Token));
    }
}
