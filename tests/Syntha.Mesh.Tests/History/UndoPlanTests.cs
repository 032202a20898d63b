using Syntha.Mesh.Access;
using Syntha.Mesh.History;

namespace Syntha.Mesh.Tests.History;

/// <summary>Undos of one command, of a range, and of what one agent wrote.</summary>
public sealed class UndoPlanTests
{
    private readonly TestMesh mesh = new();

    [Fact]
    public async Task Undo_OfOneCommand_BringsBackWhatItReplacedRemovedAndMakes()
    {
        await mesh.DoAllAsync(
            Commands.PushMany(null, Commands.Draft("changed", "1", topics: ["t"]), Commands.Draft("gone", "2")),
            Commands.Commit(Commands.Push("changed", "3"), Commands.Remove("gone"), Commands.Push("new", "4")));

        var plan = await mesh.PlanAsync(mesh.Command(2));
        Assert.Equal(["changed", "gone", "new"], plan.Select(step => step.Subject));
        Assert.Equal(["3 to 1", "- to 2", "4 to -"], plan.Select(Values));
        var undone = await mesh.UndoAsync(mesh.Command(2));

        Assert.Equal((3, 0), (undone.Answer.Items, undone.Answer.LeftAlone));
        Assert.Equal(3, undone.Position.Revision);
        Assert.Equal(("1", "2", (string?)null), (mesh.Get("changed"), mesh.Get("gone"), mesh.Get("new")));
        Assert.Equal(["t"], mesh.Item("changed").Readers.Topics.Select(topic => topic.Value));
        Assert.Equal(3, mesh.RevisionOf("gone"));
    }

    [Fact]
    public async Task Undo_WhereAnotherHasWrittenSince_LeavesTheKeyAloneAndTellsWho()
    {
        await mesh.DoAllAsync(
            Commands.Push("k", "1"), Commands.Push("k", "2", by: "ann"), Commands.Push("k", "3", by: "bob"), Commands.Push("k", "4"),
            Commands.Push("other", "5", by: "ann"));

        var step = Assert.Single(await mesh.PlanAsync(mesh.Since(0, "ann")), step => step.Subject == "k");
        Assert.Equal(new UndoObstacle(UndoObstacleKind.BuiltOn, 3, Commands.Agent("bob")), step.Obstacle);
        Assert.Equal("4", step.Present!.ValueJson);
        var undone = await mesh.UndoAsync(mesh.Since(0, "ann"));

        Assert.Equal((1, 1), (undone.Answer.Items, undone.Answer.LeftAlone));
        Assert.Equal(("4", (string?)null), (mesh.Get("k"), mesh.Get("other")));
        await mesh.RefusedAsync(ErrorReason.UndoBlocked, await mesh.PrepareAsync(mesh.Command(2), allOrNothing: true));
    }

    [Fact]
    public async Task Undo_OfAnAgentThatWroteOverAnother_StopsAtTheOther()
    {
        await mesh.DoAllAsync(
            Commands.Push("k", "1"), Commands.Push("k", "2", by: "ann"), Commands.Push("k", "3", by: "bob"),
            Commands.Push("k", "4", by: "ann"), Commands.Push("k", "5", by: "ann"));

        await mesh.UndoAsync(mesh.Since(0, "ann"));

        Assert.Equal("3", mesh.Get("k"));
        Assert.Equal("bob", mesh.Item("k").Readers.Author?.Value);
    }

    [Fact]
    public async Task Undo_AfterAWriteSinceThePlan_IsOutdated()
    {
        await mesh.DoAllAsync(Commands.Push("k", "1"), Commands.Push("k", "2", by: "ann"), Commands.Push("free", by: "ann"));
        var planned = await mesh.PrepareAsync(mesh.Since(1, "ann"));
        await mesh.DoAsync(Commands.Push("k", "3", by: "bob"));

        var refusal = await mesh.RefusedAsync(ErrorReason.PlanOutdated, planned);
        Assert.Equal("k", refusal.Metadata["key"]);
        await mesh.RefusedAsync(ErrorReason.PlanOutdated, await mesh.PrepareAsync(mesh.Since(1, "ann"), plan: 3));
        Assert.Equal(("3", "1"), (mesh.Get("k"), mesh.Get("free")));
    }

    [Fact]
    public async Task Undo_WhereAKeyWasMadeSinceThePlan_IsOutdated()
    {
        await mesh.DoAllAsync(Commands.Push("k", "1"), Commands.Remove("k"));
        var planned = await mesh.PrepareAsync(mesh.Command(2));
        await mesh.DoAsync(Commands.Push("k", "mine".Length.ToString(System.Globalization.CultureInfo.InvariantCulture)));

        await mesh.RefusedAsync(ErrorReason.PlanOutdated, planned);
        Assert.Equal("4", mesh.Get("k"));
    }

    [Fact]
    public async Task Undo_OfARemovalThatAnotherHasRepeatedSince_IsOutdated()
    {
        await mesh.DoAllAsync(
            Commands.Push("k", "1"), Commands.Remove("k", by: "ann"), Commands.Push("free", "5"), Commands.Remove("free"));
        var planned = await mesh.PrepareAsync(mesh.Since(1, "ann"));
        await mesh.DoAllAsync(Commands.Push("k", "2", by: "bob"), Commands.Remove("k", by: "bob"));

        // The command that was prepared before, and one that is prepared for the old plan now.
        Assert.Equal("k", (await mesh.RefusedAsync(ErrorReason.PlanOutdated, planned)).Metadata["key"]);
        var late = await Assert.ThrowsAsync<MeshException>(() => mesh.PrepareAsync(mesh.Since(1, "ann"), plan: 4));
        Assert.Equal((ErrorReason.PlanOutdated, "k"), (late.Reason, late.Metadata["key"]));
        Assert.Null(mesh.Get("k"));
        // Writes to other keys are in no one's way.
        await mesh.UndoAsync(mesh.Command(4), plan: 4);
        Assert.Equal("5", mesh.Get("free"));
    }

    [Fact]
    public async Task Undo_WhereTheKeyCameAndWentInTheGroupOfTheUndo_IsOutdated()
    {
        await mesh.DoAllAsync(Commands.Push("k", "1"), Commands.Remove("k", by: "ann"));
        var planned = await mesh.PrepareAsync(mesh.Since(1, "ann"));
        var turn = mesh.Store.HoldNextTurn();
        var others = new[] { mesh.DoAsync(Commands.Push("k", "2", by: "bob")), mesh.DoAsync(Commands.Remove("k", by: "bob")) };
        await turn.Reached;
        var undo = mesh.DoAsync(planned);
        turn.Release();
        await Task.WhenAll(others);

        Assert.Equal(ErrorReason.PlanOutdated, (await Assert.ThrowsAsync<MeshException>(() => undo)).Reason);
        Assert.Null(mesh.Get("k"));
    }

    [Fact]
    public async Task Undo_OfAnAgentThatGotItsRecordBackSince_IsOutdated()
    {
        await mesh.DoAllAsync(Commands.Register("ann", "t"), Commands.Register("ann", "u"));
        var planned = await mesh.PrepareAsync(mesh.Command(2));
        await mesh.DoAllAsync(Commands.Register("ann", "v"), Commands.Register("ann", "u"));

        Assert.Equal("ann", (await mesh.RefusedAsync(ErrorReason.PlanOutdated, planned)).Metadata["agent"]);
        await Assert.ThrowsAsync<MeshException>(() => mesh.PrepareAsync(mesh.Command(2), plan: 2));
        Assert.Equal(["u"], mesh.TopicsOf("ann"));
    }

    [Fact]
    public async Task Undo_WhereMoreWasWrittenThanIsKept_IsOutdatedAndWhatThePresentItemTellsIsNot()
    {
        var small = new TestMesh(TestMesh.Limits with { Feeds = new() { RecentCommands = 2 } });
        await small.DoAllAsync(Commands.Push("k", "1"), Commands.Remove("k"), Commands.Push("l", "1"), Commands.Push("l", "2"));
        var (absent, present) = (await small.PrepareAsync(small.Command(2)), await small.PrepareAsync(small.Command(4)));
        await small.DoAllAsync(Commands.Push("a"), Commands.Push("a"), Commands.Push("a"));

        await small.RefusedAsync(ErrorReason.PlanOutdated, absent);
        await small.DoAsync(present);
        Assert.Equal("1", small.Get("l"));
    }

    [Fact]
    public async Task Undo_WhereTheTimeOfTheUndoneItemEndedSinceThePlan_IsDone()
    {
        await mesh.DoAllAsync(Commands.Push("k", "1"), Commands.Push("k", "2", by: "ann", ttl: TimeSpan.FromSeconds(5)));
        mesh.Clock.Advance(TimeSpan.FromSeconds(6));
        await MeshInside.SettleAsync(mesh.Mesh);
        await mesh.DoAllAsync(Commands.Remove("none"), Commands.Push("other"));

        await mesh.UndoAsync(mesh.Since(0, "ann"), plan: 3);

        Assert.Equal("1", mesh.Get("k"));
    }

    [Fact]
    public async Task Undo_WhereTheFormerItemHasExpired_LeavesNoItem()
    {
        await mesh.DoAllAsync(
            Commands.Push("k", "1", ttl: TimeSpan.FromSeconds(10)), Commands.Push("k", "2", by: "ann"),
            Commands.Push("kept", "3", ttl: TimeSpan.FromSeconds(60)), Commands.Remove("kept", by: "ann"));
        mesh.Clock.Advance(TimeSpan.FromSeconds(20));

        Assert.True((await mesh.PlanAsync(mesh.Since(0, "ann"))).Single(step => step.Subject == "k").HasExpired);
        await mesh.UndoAsync(mesh.Since(0, "ann"));

        Assert.Null(mesh.Get("k"));
        // The moment of its end is the former one.
        Assert.Equal(TestMesh.Start + TimeSpan.FromSeconds(60), mesh.Item("kept").ExpiresAt);
    }

    [Fact]
    public async Task Undo_WhereTheUndoneItemHasExpired_BringsBackTheFormerOne()
    {
        await mesh.DoAllAsync(Commands.Push("k", "1"), Commands.Push("k", "2", by: "ann", ttl: TimeSpan.FromSeconds(5)));
        mesh.Clock.Advance(TimeSpan.FromSeconds(6));
        await MeshInside.SettleAsync(mesh.Mesh);
        Assert.Null(mesh.Get("k"));

        await mesh.UndoAsync(mesh.Since(0, "ann"));

        Assert.Equal("1", mesh.Get("k"));
    }

    [Fact]
    public async Task Undo_OfWhatTheOwnerDid_TakesAgentsBackAsWell()
    {
        await mesh.DoAllAsync(
            Commands.Register("ann", "t", "u"), Commands.Restrict("ann", ["t"]), Commands.Push("k", topics: ["t"]), Commands.Clear());
        Assert.Empty(mesh.TopicsOf("ann"));

        var plan = await mesh.PlanAsync(mesh.Command(4));
        Assert.Equal(["k", "ann"], plan.Select(step => step.Subject));
        await mesh.UndoAsync(mesh.Command(4));

        Assert.Equal(["t", "u"], mesh.TopicsOf("ann"));
        Assert.NotNull(mesh.View(null).PermissionsOf(AgentName.Parse("ann")));
        Assert.Equal("1", mesh.Get("k"));
        // As an agent's undo it would not.
        await AllowPastAsync("ann");
        Assert.DoesNotContain(await mesh.PlanAsync(mesh.Since(0, "ann"), by: "ann"), step => step.IsAgent);
    }

    [Fact]
    public async Task Undo_OfAnAgentWithSubscriptionsSince_IsAnObstacle()
    {
        await mesh.DoAllAsync(Commands.Register("ann", "t"), Commands.Register("ann", "u"), Commands.Unsubscribe("ann", "u"));

        var step = Assert.Single(await mesh.PlanAsync(mesh.Command(2)));
        Assert.Equal(3, step.Obstacle?.Revision);
        await mesh.UndoAsync(mesh.Command(2));
        Assert.Empty(mesh.TopicsOf("ann"));
    }

    [Fact]
    public async Task Undo_AsAnAgent_NeedsThePastAndTheToolsAndItsRights()
    {
        await mesh.DoAllAsync(
            Commands.Push("k", "1", topics: ["t"]), Commands.Register("ann", "t", "u"), Commands.Push("k", "2", by: "ann", topics: ["u"]),
            Commands.Push("own", "3", by: "ann", topics: ["u"]));
        await mesh.RefusedAsync(ErrorReason.PastNotAllowed, await mesh.PrepareAsync(mesh.Since(0, "ann"), by: "ann"));
        await AllowPastAsync("ann");
        await mesh.DoAsync(Commands.Restrict("ann", ["u"]));

        // It may not post to the topic of the item that would come back.
        var step = (await mesh.PlanAsync(mesh.Since(0, "ann"), by: "ann")).Single(step => step.Subject == "k");
        Assert.Equal(UndoObstacleKind.NotAllowed, step.Obstacle?.Kind);
        Assert.Equal("1", step.Former?.ValueJson);
        await mesh.DoAllAsync(Commands.Unrestrict("ann"), Commands.Register("ann", "u"));
        // Nor may it read that item now, so nothing of it is shown.
        step = (await mesh.PlanAsync(mesh.Since(0, "ann"), by: "ann")).Single(step => step.Subject == "k");
        Assert.Equal((UndoObstacleKind.NotAllowed, (ContextItem?)null), (step.Obstacle!.Kind, step.Former));
        await mesh.UndoAsync(mesh.Since(0, "ann"), by: "ann");

        Assert.Equal(("2", (string?)null), (mesh.Get("k"), mesh.Get("own")));
        await mesh.DoAsync(new SetAccess(
            AgentName.Parse("ann"), new(null, ToolSet.None, null, ToolNames.Parse(["get_context"])) { MayReadPast = true }));
        await mesh.RefusedAsync(ErrorReason.ToolNotAllowed, await mesh.PrepareAsync(mesh.Since(0, "ann"), by: "ann"));
    }

    [Fact]
    public async Task Plan_OfAnAgent_ShowsNothingThatItCannotSee()
    {
        await AllowPastAsync("ann");
        await mesh.DoAllAsync(
            Commands.Push("hidden", "1", by: "ann"), Commands.Push("hidden", "2", topics: ["hr"]),
            Commands.Push("ended", "3", by: "ann"), Commands.Push("ended", "4", topics: ["hr"]), Commands.Remove("ended"),
            Commands.Push("seen", "5", by: "ann"), Commands.Push("seen", "6", by: "bob"));

        var plan = await mesh.PlanAsync(mesh.Since(0, "ann"), by: "ann");

        Assert.Equal(["ended", "seen"], plan.Select(step => step.Subject));
        Assert.Equal(new UndoObstacle(UndoObstacleKind.BuiltOn), plan[0].Obstacle);
        Assert.Equal(new UndoObstacle(UndoObstacleKind.BuiltOn, 8, Commands.Agent("bob")), plan[1].Obstacle);
    }

    [Fact]
    public async Task Undo_BeyondTheLog_IsCompacted()
    {
        var small = new TestMesh(TestMesh.Limits with { Log = LogLimits.Default with { MaxChanges = 4 } });
        for (var push = 1; push <= 20; push++)
        {
            await small.DoAsync(Commands.Push("k", $"{push}"));
        }

        await MeshInside.SettleAsync(small.Mesh);
        var oldest = small.View(null).OldestRevision;
        Assert.True(oldest > 2);

        var refusal = await Assert.ThrowsAsync<MeshException>(() => small.UndoAsync(small.Since(oldest - 2)));
        Assert.Equal((ErrorReason.HistoryCompacted, $"{oldest}"), (refusal.Reason, refusal.Metadata["oldest"]));
        // The row that the oldest command has replaced is still there.
        await small.UndoAsync(small.Since(oldest - 1));
        Assert.Equal($"{oldest - 1}", small.Get("k"));
    }

    [Fact]
    public async Task Undo_OfPositionsThatAreNone_IsRefused()
    {
        await mesh.DoAllAsync(Commands.Push("k"), Commands.Push("k"));

        await RefusedAsync(ErrorReason.EpochChanged, new(new("other", 0), null, null));
        await RefusedAsync(ErrorReason.RevisionInFuture, mesh.Since(3));
        await RefusedAsync(ErrorReason.RevisionInFuture, mesh.Command(3));
        await RefusedAsync(ErrorReason.ArgumentInvalid, new(mesh.At(2), mesh.At(1), null));
        Assert.Empty(await mesh.PlanAsync(mesh.Since(2)));
        var nothing = await mesh.UndoAsync(mesh.Since(2));
        Assert.Equal((2, false), (nothing.Position.Revision, nothing.HasChanges));
    }

    [Fact]
    public async Task Undo_WithARequestId_IsDoneOnce()
    {
        await mesh.DoAllAsync(Commands.Push("k", "1"), Commands.Push("k", "2"));
        var undo = (await mesh.PrepareAsync(mesh.Command(2))).WithRequest(1, "Undo");

        var first = await mesh.DoAsync(undo);
        await mesh.DoAsync(Commands.Push("k", "3"));
        var again = await mesh.DoAsync(undo);

        Assert.Equal((true, first.Position, 1), (again.IsReplay, again.Position, again.Answer.Items));
        Assert.Equal("3", mesh.Get("k"));
    }

    [Fact]
    public async Task Undo_OfTenThousandKeys_IsOneCommand()
    {
        var value = $"\"{new string('x', 254)}\"";
        for (var command = 0; command < 10; command++)
        {
            await mesh.DoAsync(Commands.PushMany(
                "ann", [.. Enumerable.Range(0, 1_000).Select(key => Commands.Draft($"{command}/{key}", value))]));
        }

        var undone = await mesh.UndoAsync(mesh.Since(0, "ann"));

        Assert.Equal((11, 10_000), (undone.Position.Revision, undone.Answer.Items));
        Assert.Empty(mesh.Keys());
    }

    [Fact]
    public async Task Undo_OfManyLargeValues_ReadsFewOfThemAtOnce()
    {
        var value = $"\"{new string('x', 99_998)}\"";
        await mesh.DoAllAsync(
            Commands.PushMany("ann", [.. Enumerable.Range(0, 100).Select(key => Commands.Draft($"{key}", value))]), Commands.Clear());

        var plan = await mesh.PlanAsync(mesh.Command(2), pageSize: 1_000);
        var undone = await mesh.UndoAsync(mesh.Command(2));

        Assert.Equal((100, 100), (plan.Count, undone.Answer.Items));
        Assert.True(mesh.Store.LargestRows <= 1_600_000, $"{mesh.Store.LargestRows} characters were read at once.");
    }

    [Fact]
    public async Task Undo_AsAnAgentThatMayNotPostTheItemWhoseFormerOneHasExpired_LeavesItAlone()
    {
        await AllowPastAsync("ann");
        await mesh.DoAllAsync(
            Commands.Push("k", "1", ttl: TimeSpan.FromSeconds(10)), Commands.Push("k", "2", by: "ann", topics: ["u"]),
            Commands.Push("own", "3", by: "ann", topics: ["t"]), Commands.Restrict("ann", ["t"]));
        mesh.Clock.Advance(TimeSpan.FromSeconds(20));

        var step = (await mesh.PlanAsync(mesh.Since(0, "ann"), by: "ann")).Single(step => step.Subject == "k");
        Assert.Equal((true, UndoObstacleKind.NotAllowed), (step.HasExpired, step.Obstacle?.Kind));
        var undone = await mesh.UndoAsync(mesh.Since(0, "ann"), by: "ann");

        Assert.Equal((1, 1), (undone.Answer.Items, undone.Answer.LeftAlone));
        Assert.Equal(("2", (string?)null), (mesh.Get("k"), mesh.Get("own")));
    }

    private Task<CommandResult> AllowPastAsync(string agent) =>
        mesh.DoAsync(new SetAccess(AgentName.Parse(agent), new(null, ToolSet.None, null, ToolSet.None) { MayReadPast = true }));

    private async Task RefusedAsync(ErrorReason reason, UndoScope scope)
    {
        Assert.Equal(reason, (await Assert.ThrowsAsync<MeshException>(() => mesh.PlanAsync(scope))).Reason);
        Assert.Equal(reason, (await Assert.ThrowsAsync<MeshException>(() => mesh.UndoAsync(scope))).Reason);
    }

    private static string Values(UndoStep step) => $"{step.Present?.ValueJson ?? "-"} to {step.Former?.ValueJson ?? "-"}";
}
