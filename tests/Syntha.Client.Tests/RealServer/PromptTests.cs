namespace Syntha.Client.Tests.RealServer;

public sealed class PromptTests(SharedServer shared)
{
    private readonly ContextMesh mesh = shared.Server.NewUser();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task BuildPrompt_EachKind_IsWritten()
    {
        await mesh.PushAsync("user_name", "Ada", cancellationToken: Token);
        var agent = mesh.ForAgent("a");

        Assert.Equal("[Context]\nUser Name: Ada", (await agent.BuildPromptAsync(new SystemPrompt(), Token)).Text);
        Assert.Equal(
            "User Name: Ada\n\nBe kind.",
            (await mesh.BuildPromptAsync(new SystemPrompt { IncludeContextHeader = false, ExistingPrompt = "Be kind." }, "a", Token)).Text);
        Assert.Equal(
            "[Context Update]\nUser Name: Ada",
            (await agent.BuildPromptAsync(new MessagePrompt { ReadyTemplate = "context_only" }, Token)).Text);
        var custom = new CustomPrompt(["user_name", "none"], "Hello {user_name}, {none}") { FallbackText = "-" };
        Assert.Equal("Hello Ada, -", (await agent.BuildPromptAsync(custom, Token)).Text);
        Assert.Equal(
            "Be kind.|[Shared Context]\nUser Name: Ada",
            (await agent.BuildPromptAsync(
                new InjectedPrompt("Be kind.") { Placement = PromptPlacement.Append, Separator = "|" }, Token)).Text);
        Assert.Contains(
            "\n~~~~ key \"user_name\", by the owner\n\"Ada\"\n~~~~",
            (await agent.BuildPromptAsync(new MessagePrompt { IsFenced = true }, Token)).Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task BuildPrompt_SinceAndWithinABudget_TellsWhatIsLeftOut()
    {
        var agent = mesh.ForAgent("a");
        await mesh.PushAsync("old", 1, cancellationToken: Token);
        var first = await agent.BuildPromptAsync(new MessagePrompt { RecentOnly = true, MaxAge = TimeSpan.FromHours(2) }, Token);
        await mesh.PushAsync("long", new string('x', 500), cancellationToken: Token);
        await mesh.PushAsync("new", 2, cancellationToken: Token);
        var second = await agent.BuildPromptAsync(new MessagePrompt { Since = first.Position, MaxBytes = 100 }, Token);

        Assert.Equal(["old"], first.Keys);
        Assert.Equal("[Context Update]\nNew: 2", second.Text);
        Assert.Equal((PromptOmission.TooLarge, PromptOmission.Unchanged), (second.Omitted["long"], second.Omitted["old"]));
        Assert.Equal(2, second.TotalOmitted);
        Assert.Equal(3, second.Position.Revision);
    }

    [Fact]
    public async Task BuildPrompt_UnknownPlaceholder_IsNamed()
    {
        var thrown = await Assert.ThrowsAsync<SynthaInvalidArgumentException>(
            () => mesh.BuildPromptAsync(new CustomPrompt(["a"], "{b}"), cancellationToken: Token));
        Assert.Equal((ErrorReason.TemplateInvalid, "b"), (thrown.Reason, thrown.Metadata["placeholder"]));
    }

    [Fact]
    public async Task Outcomes_LoggedListedSummedAndCleared_AreThisUsersAlone()
    {
        var report = new OutcomeReport("plan", IsSuccess: true)
        {
            Duration = TimeSpan.FromSeconds(2),
            Input = System.Text.Json.JsonElement.Parse("""{"a":9223372036854775807}"""),
            Metadata = System.Text.Json.JsonElement.Parse("{}"),
        };
        var first = await mesh.LogOutcomeAsync("a", report, Token);
        await mesh.ForAgent("b").LogOutcomeAsync(new OutcomeReport("act", IsSuccess: false) { Error = "no way" }, Token);
        var listed = await mesh.ListOutcomesAsync(cancellationToken: Token).ToListAsync(Token);
        var sums = await mesh.GetOutcomeMetricsAsync(cancellationToken: Token);

        Assert.Equal(["b", "a"], listed.Select(outcome => outcome.AgentName));
        Assert.Equal((first, report.Duration), (listed[1].Number, listed[1].Report.Duration));
        Assert.Equal(9223372036854775807, listed[1].Report.Input!.Value.GetProperty("a").GetInt64());
        Assert.Equal("no way", listed[0].Report.Error);
        Assert.Equal((2, 0.5, TimeSpan.FromSeconds(2)), (sums.Overall.Total, sums.Overall.SuccessRate, sums.Overall.AverageDuration));
        Assert.Equal((1, 1), (sums.ByAgent["b"].ErrorRate, sums.ByTaskType["plan"].SuccessRate));
        var filter = new OutcomeFilter { AgentName = "a", TaskType = "plan", IsSuccess = true, MaxAge = TimeSpan.FromHours(1) };
        Assert.Single(await mesh.ListOutcomesAsync(filter, Token).ToListAsync(Token));
        Assert.Empty(await mesh.ListOutcomesAsync(filter with { MinAge = TimeSpan.FromHours(1) }, Token).ToListAsync(Token));
        Assert.Empty(await shared.Server.NewUser().ListOutcomesAsync(cancellationToken: Token).ToListAsync(Token));
        Assert.Equal(1, await mesh.ClearOutcomesAsync("a", cancellationToken: Token));
        Assert.Equal(0, await mesh.ClearOutcomesAsync(minAge: TimeSpan.FromHours(1), cancellationToken: Token));
        Assert.Equal(1, await mesh.ClearOutcomesAsync(cancellationToken: Token));
    }
}
