namespace Syntha.Mesh.Tests.Writing;

/// <summary>A command that is repeated with its request id gets the first answer and changes nothing.</summary>
public sealed class RequestIdTests
{
    private readonly TestMesh mesh = new();

    [Fact]
    public async Task Repeat_LaterGroup_GetsTheFirstAnswerAndChangesNothing()
    {
        var first = await mesh.DoAsync(Commands.Push("k").WithRequest(1));
        await mesh.DoAsync(Commands.Push("k", "2"));

        var repeat = await mesh.DoAsync(Commands.Push("k").WithRequest(1));

        Assert.False(first.IsReplay);
        Assert.True(repeat.IsReplay);
        Assert.Equal(first.Position, repeat.Position);
        Assert.Equal("2", mesh.Get("k"));
        Assert.Equal(2, mesh.Store.Log.Length);
    }

    [Fact]
    public async Task Repeat_SameGroup_GetsTheFirstAnswerAndChangesNothing()
    {
        var hold = mesh.Store.HoldNextTurn();
        var first = mesh.DoAsync(Commands.Push("k").WithRequest(1));
        var repeat = mesh.DoAsync(Commands.Push("k").WithRequest(1));
        var third = mesh.DoAsync(Commands.Push("other"));
        hold.Release();

        Assert.False((await first).IsReplay);
        Assert.True((await repeat).IsReplay);
        Assert.Equal((await first).Position, (await repeat).Position);
        Assert.Equal(2, (await third).Position.Revision);
        Assert.Equal(2, mesh.Store.Log.Length);
    }

    [Fact]
    public async Task Repeat_AfterTheMeshWasLoadedAnew_GetsTheFirstAnswer()
    {
        await mesh.DoAllAsync(Commands.Push("k"), Commands.Push("l"));
        var first = await mesh.DoAsync(Commands.Clear().WithRequest(1, "Clear"));
        mesh.Reload();

        var repeat = await mesh.DoAsync(Commands.Clear().WithRequest(1, "Clear"));

        Assert.True(repeat.IsReplay);
        Assert.Equal(2, repeat.Answer.Items);
        Assert.Equal(first.Position, repeat.Position);
    }

    [Fact]
    public async Task Repeat_OfEachCommand_GetsItsWholeAnswer()
    {
        await mesh.DoAllAsync(
            Commands.Register("ann", "a", "b"), Commands.Register("bob", "b"), Commands.Push("x", topics: ["b"]), Commands.Push("gone"));
        MeshCommand[] commands =
        [
            Commands.Unsubscribe("ann", "c", "a").WithRequest(1, "Unsubscribe"),
            Commands.DeleteTopic("b").WithRequest(2, "DeleteTopic"),
            Commands.Remove("gone").WithRequest(3, "Remove"),
            Commands.Register("ann", "z").WithRequest(4, "Register"),
        ];

        foreach (var command in commands)
        {
            var first = await mesh.DoAsync(command);
            var repeat = await mesh.DoAsync(command);
            Assert.True(repeat.IsReplay);
            Assert.Equivalent(first.Answer, repeat.Answer, strict: true);
        }
        Assert.Equal(["a"], (await mesh.DoAsync(commands[0])).Answer.Topics);
        Assert.Equal((1, 2), ((await mesh.DoAsync(commands[1])).Answer.Items, (await mesh.DoAsync(commands[1])).Answer.Agents));
    }

    [Fact]
    public async Task Repeat_WithAGuardThatNoLongerFits_IsStillAnsweredAsBefore()
    {
        var push = Commands.Push("k", ifRevision: 0).WithRequest(1);
        await mesh.DoAsync(push);

        Assert.True((await mesh.DoAsync(push)).IsReplay);
    }

    [Fact]
    public async Task SameId_OtherContent_IsRequestIdReused()
    {
        await mesh.DoAsync(Commands.Push("k").WithRequest(1, content: 1));

        await mesh.RefusedAsync(ErrorReason.RequestIdReused, Commands.Push("k", "2").WithRequest(1, content: 2));
    }

    [Fact]
    public async Task SameId_OtherMethod_IsRequestIdReused()
    {
        await mesh.DoAsync(Commands.Push("k").WithRequest(1, "Push"));

        await mesh.RefusedAsync(ErrorReason.RequestIdReused, Commands.Push("k").WithRequest(1, "PushMany"));
    }

    [Theory]
    [InlineData(null, "ann")]
    [InlineData("ann", null)]
    [InlineData("ann", "bob")]
    public async Task SameId_OtherActor_IsRequestIdReusedAndLearnsNothing(string? first, string? second)
    {
        await mesh.DoAsync(Commands.Push("k", by: first).WithRequest(1));

        var refusal = await mesh.RefusedAsync(ErrorReason.RequestIdReused, Commands.Push("k", by: second).WithRequest(1));

        Assert.Empty(refusal.Metadata);
        Assert.DoesNotContain("ann", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SameId_OtherContentInTheSameGroup_IsRequestIdReused()
    {
        var hold = mesh.Store.HoldNextTurn();
        var first = mesh.DoAsync(Commands.Push("k").WithRequest(1, content: 1));
        var second = mesh.DoAsync(Commands.Push("l").WithRequest(1, content: 2));
        hold.Release();

        Assert.Equal(1, (await first).Position.Revision);
        Assert.Equal(ErrorReason.RequestIdReused, (await Assert.ThrowsAsync<MeshException>(() => second)).Reason);
        Assert.Equal(["k"], mesh.Keys());
    }

    [Fact]
    public async Task Refusal_IsNotRemembered()
    {
        await mesh.DoAsync(Commands.Push("k"));
        var push = Commands.Push("k", "2", ifRevision: 0).WithRequest(1);
        await mesh.RefusedAsync(ErrorReason.KeyExists, push);
        await mesh.DoAsync(Commands.Remove("k"));

        var repeat = await mesh.DoAsync(push);

        Assert.False(repeat.IsReplay);
        Assert.Equal("2", mesh.Get("k"));
    }

    [Fact]
    public async Task Refusal_InTheSameGroup_IsNotRemembered()
    {
        await mesh.DoAsync(Commands.Push("k"));
        var hold = mesh.Store.HoldNextTurn();
        var refused = mesh.DoAsync(Commands.Push("k", "2", ifRevision: 0).WithRequest(1));
        var removed = mesh.DoAsync(Commands.Remove("k"));
        var repeat = mesh.DoAsync(Commands.Push("k", "2", ifRevision: 0).WithRequest(1));
        hold.Release();

        await Assert.ThrowsAsync<MeshException>(() => refused);
        await removed;
        Assert.False((await repeat).IsReplay);
        Assert.Equal("2", mesh.Get("k"));
    }

    [Fact]
    public async Task Repeat_OfWhatChangedNothing_IsCarriedOutAnew()
    {
        // There is no row that could keep the id.
        await mesh.DoAsync(Commands.Remove("k").WithRequest(1, "Remove"));
        await mesh.DoAsync(Commands.Push("k"));

        var repeat = await mesh.DoAsync(Commands.Remove("k").WithRequest(1, "Remove"));

        Assert.False(repeat.IsReplay);
        Assert.Equal(1, repeat.Answer.Items);
    }

    [Fact]
    public async Task Repeat_AfterMoreThanADay_IsANewCommand()
    {
        await mesh.DoAsync(Commands.Push("k").WithRequest(1));
        mesh.Clock.Advance(TimeSpan.FromHours(25));

        Assert.False((await mesh.DoAsync(Commands.Push("k").WithRequest(1))).IsReplay);
    }

    [Fact]
    public async Task Repeat_AfterACommitThatWasRefused_IsCarriedOut()
    {
        mesh.Store.FailNextCommit(new MeshException(ErrorReason.StoreFull, "Full."));
        await mesh.RefusedAsync(ErrorReason.StoreFull, Commands.Push("k").WithRequest(1));

        Assert.False((await mesh.DoAsync(Commands.Push("k").WithRequest(1))).IsReplay);
        Assert.Equal("1", mesh.Get("k"));
    }
}
