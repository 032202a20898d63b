using Syntha.Mesh.Access;
using Syntha.Mesh.Following;
using Syntha.Mesh.Tests.Following;

namespace Syntha.Mesh.Tests.Writing;

/// <summary>
/// Claims: one holder at a time, for a time; a line in order of arrival; tokens that fence writes; told to their audience alone.
/// </summary>
public sealed class ClaimTests
{
    private readonly TestMesh mesh = new();

    [Fact]
    public async Task Claim_OfAFreeName_IsHeldUntilItsLeaseEnds()
    {
        var token = await ClaimAsync("task", "ann", lease: 30);

        var refusal = await mesh.RefusedAsync(ErrorReason.ClaimHeld, Commands.Claim("task", "bob"));
        Assert.Equal("ann", refusal.Metadata["holder"]);
        Assert.Equal("2026-05-04T12:00:30.000000Z", refusal.Metadata["until"]);
        await mesh.RefusedAsync(ErrorReason.ClaimHeld, Commands.Claim("task", "ann"));
        await PassAsync(29.9);
        Assert.Equal("ann", HolderOf("task"));
        await mesh.DoAsync(Commands.Push("k", "1", by: "ann") with { IfClaim = token });
        await PassAsync(0.2);
        Assert.Null(HolderOf("task"));
        Assert.Equal([ChangeKind.Claimed, ChangeKind.Created, ChangeKind.ClaimExpired], mesh.LoggedKinds);
        await ClaimAsync("task", "bob");
    }

    [Fact]
    public async Task Claim_ThatHasEnded_IsFreeAlsoWhereItsEndIsNotLogged()
    {
        var token = await ClaimAsync("task", "ann", lease: 30);
        // The store refuses what the mesh would log by itself.
        mesh.Store.FailNextCommit(new MeshException(ErrorReason.StoreBusy, "busy"));
        await PassAsync(31);
        Assert.Equal([ChangeKind.Claimed], mesh.LoggedKinds);

        await mesh.RefusedAsync(ErrorReason.ClaimLost, Commands.Push("k", by: "ann") with { IfClaim = token });
        await mesh.RefusedAsync(ErrorReason.ClaimLost, Commands.Renew(token, "ann"));
        var second = await ClaimAsync("task", "bob");

        Assert.Equal([ChangeKind.Claimed, ChangeKind.ClaimExpired, ChangeKind.Claimed], mesh.LoggedKinds);
        Assert.True(second.Position!.Value.Revision > token.Position!.Value.Revision);
    }

    [Fact]
    public async Task Release_WithALine_GivesTheClaimToTheFirstInTheSameCommand()
    {
        var token = await ClaimAsync("task", "ann");
        await mesh.DoAllAsync(Commands.Join("task", 1, "bob"), Commands.Join("task", 2, "cid"), Commands.Join("task", 3));
        Assert.Equal(["bob", "cid", "-"], Line("task"));

        var released = await mesh.DoAsync(Commands.Release(token, "ann"));

        Assert.Equal("bob", HolderOf("task"));
        Assert.Equal(released.Position.Revision, ClaimOf("task")!.Hold!.Revision);
        Assert.Equal(["cid", "-"], Line("task"));
        Assert.Equal([ChangeKind.ClaimReleased, ChangeKind.Claimed], mesh.Store.Log[^1].Changes.Select(change => change.Kind));
        await mesh.RefusedAsync(ErrorReason.ClaimLost, Commands.Release(token, "ann"));
        mesh.Reload();
        Assert.Equal(["cid", "-"], Line("task"));
    }

    [Fact]
    public async Task Lease_ThatEndsWithALine_GoesToTheFirstWhoIsStillThere()
    {
        await ClaimAsync("task", "ann", lease: 12);
        await mesh.DoAllAsync(Commands.Join("task", 1, "bob", grace: 10), Commands.Join("task", 2, "cid", grace: 20));

        await PassAsync(10.1);
        Assert.Equal(["cid"], Line("task"));
        await PassAsync(2);

        Assert.Equal("cid", HolderOf("task"));
        ClaimCheck();
    }

    [Fact]
    public async Task Join_Again_KeepsThePlaceAndIsLoggedRarely()
    {
        await ClaimAsync("task", "ann");
        await mesh.DoAllAsync(Commands.Join("task", 1, "bob", grace: 9), Commands.Join("task", 2, "cid", grace: 60));
        var before = mesh.Store.Log.Length;

        await mesh.DoAsync(Commands.Join("task", 1, "bob", grace: 9));
        Assert.Equal(before, mesh.Store.Log.Length);
        for (var round = 0; round < 5; round++)
        {
            await PassAsync(3);
            await mesh.DoAsync(Commands.Join("task", 1, "bob", grace: 9));
        }

        Assert.Equal(["bob", "cid"], Line("task"));
        Assert.Equal(before + 5, mesh.Store.Log.Length);
        Assert.All(mesh.Store.Log[before..], command => Assert.True(command.Changes.Single().IsQuiet));
    }

    [Fact]
    public async Task Keep_ProlongsThePlacesByOneQuietChange_EachByItsGraceTime()
    {
        await ClaimAsync("task", "ann");
        await mesh.DoAllAsync(
            Commands.Join("task", 1, "bob", grace: 9), Commands.Join("task", 2, "cid", grace: 6),
            Commands.Join("task", 3, "eve", grace: 9));
        await PassAsync(2);
        var before = mesh.Store.Log.Length;

        await mesh.DoAsync(Commands.Keep("task", ("bob", 1), ("cid", 2), ("gone", 4)));

        Assert.True(Assert.Single(mesh.Store.Log[before..]).Changes.Single().IsQuiet);
        var now = mesh.Clock.GetUtcNow();
        Assert.Equal([9.0, 6.0, 7.0], ClaimOf("task")!.Line.Select(ticket => (ticket.Until - now).TotalSeconds));
        await PassAsync(7.5);
        Assert.Equal(["bob"], Line("task"));
        ClaimCheck();
    }

    [Fact]
    public async Task Keep_OfAnAgentThatMayNotHoldTheClaimAnyMore_DoesNotProlong()
    {
        await ClaimAsync("task", "ann");
        await mesh.DoAllAsync(Commands.Join("task", 1, "bob"), Commands.Join("task", 2, "cid"));
        await mesh.DoAsync(new SetAccess(AgentName.Parse("bob"), AgentAccess.Parse("readonly", [], null, [])));
        await PassAsync(4);

        await mesh.DoAsync(Commands.Keep("task", ("bob", 1), ("cid", 2)));
        await PassAsync(7);

        Assert.Equal(["cid"], Line("task"));
    }

    [Fact]
    public async Task Join_OfAPlaceThatWasLeft_IsRefusedUntilItWouldHaveEnded()
    {
        await ClaimAsync("task", "ann");
        await mesh.DoAsync(Commands.Join("task", 1, "bob", grace: 10));
        var known = Commands.Join("task", 1, "bob", grace: 10) with { KnownUntil = Assert.Single(ClaimOf("task")!.Line).Until };
        await mesh.DoAsync(known);
        await mesh.DoAsync(Commands.Leave("task", 1, "bob"));

        await mesh.RefusedAsync(ErrorReason.ClaimLost, known);
        Assert.Empty(Line("task"));
        await mesh.DoAsync(Commands.Release(Token("task")));
        await mesh.RefusedAsync(ErrorReason.ClaimLost, known);
        Assert.Null(HolderOf("task"));

        await PassAsync(10);
        await mesh.DoAsync(known);
        Assert.Equal("bob", HolderOf("task"));
    }

    [Fact]
    public async Task Renew_NeedsThePermissionToPostToTheClaimsRouting()
    {
        var token = await ClaimAsync("task", "ann");
        await mesh.DoAsync(Commands.Restrict("ann", ["t"]));

        await mesh.RefusedAsync(ErrorReason.RoutingNotAllowed, Commands.Renew(token, "ann"));
        await mesh.DoAsync(Commands.Release(token, "ann"));
    }

    [Fact]
    public async Task HandOver_ToAnAgentWithoutPushContext_IsRefused()
    {
        var token = await ClaimAsync("task", "ann");
        await mesh.DoAsync(new SetAccess(AgentName.Parse("bob"), AgentAccess.Parse("readonly", [], null, [])));

        var refusal = await mesh.RefusedAsync(ErrorReason.ArgumentInvalid, Commands.HandOver(token, "bob", "ann"));

        Assert.Equal("to_agent", refusal.Field);
        Assert.Equal("ann", HolderOf("task"));
        await mesh.DoAsync(Commands.HandOver(token, "cid", "ann"));
    }

    [Fact]
    public async Task Join_ByATicketThatHoldsTheClaim_HasItStill()
    {
        await mesh.DoAsync(Commands.Join("task", 1, "bob"));
        var before = mesh.Store.Log.Length;

        await mesh.DoAsync(Commands.Join("task", 1, "bob"));

        Assert.Equal(before, mesh.Store.Log.Length);
        Assert.Equal(Commands.Ticket(1), ClaimOf("task")!.Hold!.Ticket);
    }

    [Fact]
    public async Task Join_TheSameTicketOfAnotherAgent_IsAPlaceOfItsOwn()
    {
        await ClaimAsync("task", "ann");

        await mesh.DoAllAsync(Commands.Join("task", 1, "bob"), Commands.Join("task", 1, "cid"));
        Assert.Equal(0, (await mesh.DoAsync(Commands.Leave("task", 1, "eve"))).Answer.Items);
        Assert.Equal(1, (await mesh.DoAsync(Commands.Leave("task", 1, "bob"))).Answer.Items);

        Assert.Equal(["cid"], Line("task"));
    }

    [Fact]
    public async Task Leave_WhenTheTurnHasJustCome_GivesTheClaimBack()
    {
        var token = await ClaimAsync("task", "ann");
        await mesh.DoAllAsync(Commands.Join("task", 1, "bob"), Commands.Join("task", 2, "cid"), Commands.Release(token, "ann"));

        Assert.Equal(1, (await mesh.DoAsync(Commands.Leave("task", 1, "bob"))).Answer.Items);

        Assert.Equal("cid", HolderOf("task"));
    }

    [Fact]
    public async Task HandOver_ToAnAgent_GivesANewTokenAndLeavesTheLine()
    {
        var token = await ClaimAsync("task", "ann", topics: ["t"]);
        await mesh.DoAllAsync(Commands.Register("bob", "t"), Commands.Join("task", 1, "bob"));

        await mesh.RefusedAsync(ErrorReason.ClaimLost, Commands.HandOver(token, "eve", by: "bob"));
        await mesh.DoAsync(Commands.HandOver(token, "eve", by: "ann"));

        Assert.Equal("eve", HolderOf("task"));
        Assert.Equal(["bob"], Line("task"));
        await mesh.RefusedAsync(ErrorReason.ClaimLost, Commands.Push("k", by: "ann") with { IfClaim = token });
        var own = Token("task");
        Assert.True(own.Position!.Value.Revision > token.Position!.Value.Revision);
        await mesh.DoAsync(Commands.Push("k", by: "eve") with { IfClaim = own });
        ClaimCheck();
    }

    [Fact]
    public async Task Owner_MayActWithTheNameAlone()
    {
        await ClaimAsync("task", "ann");
        var open = new FencingToken(ContextKey.Parse("task"), null);

        await mesh.RefusedAsync(ErrorReason.ClaimLost, Commands.Release(open, by: "ann"));
        await mesh.RefusedAsync(ErrorReason.ClaimLost, Commands.Release(open, by: "bob"));
        await mesh.DoAsync(Commands.Release(open));

        Assert.Null(HolderOf("task"));
    }

    public static TheoryData<string> Writes { get; } = new("push", "remove", "patch", "commit", "guard", "renew", "release");

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task IfClaim_ThatIsLost_RefusesEveryWrite(string write)
    {
        await mesh.DoAsync(Commands.Push("k", "1"));
        var first = await ClaimAsync("task", "ann", lease: 5);
        await mesh.DoAsync(Under(write, first, "ann"));
        await PassAsync(6);
        if (write != "release")
        {
            await ClaimAsync("task", "ann", lease: 5);
        }

        await mesh.RefusedAsync(ErrorReason.ClaimLost, Under(write, first, "ann"));
        // Neither in another's hands, nor of another life of the store, nor of another name.
        var second = write == "release" ? await ClaimAsync("task", "ann") : Token("task");
        await mesh.RefusedAsync(ErrorReason.ClaimLost, Under(write, second, "bob"));
        await mesh.RefusedAsync(
            ErrorReason.ClaimLost, Under(write, second with { Position = second.Position!.Value with { Epoch = "other" } }, "ann"));
        await mesh.RefusedAsync(ErrorReason.ClaimLost, Under(write, second with { Name = ContextKey.Parse("other") }, "ann"));
    }

    [Fact]
    public async Task Commit_WritesUnderAClaimAndReleasesIt()
    {
        var token = await ClaimAsync("task", "ann");
        await mesh.DoAsync(Commands.Join("task", 1, "bob"));
        CommitOperations Finish() => Commands.Commit(
            Commands.Push("result", by: null), Commands.Release(token), Commands.Claim("next")) with
        {
            Guards = [new ClaimGuard(token)],
            Actor = Commands.Agent("ann"),
        };

        var done = await mesh.DoAsync(Finish());

        Assert.Equal("bob", HolderOf("task"));
        Assert.Equal("ann", HolderOf("next"));
        Assert.Equal(done.Position.Revision, ClaimOf("next")!.Hold!.Revision);
        Assert.NotEqual(0, done.Answer.Parts![2].Until);
        Assert.Equal("guards[0]", (await mesh.RefusedAsync(ErrorReason.ClaimLost, Finish())).Field);
        ClaimCheck();
    }

    [Fact]
    public async Task Claim_Repeated_GetsTheFirstTokenAlsoWhenItIsLost()
    {
        var first = await mesh.DoAsync(Commands.Claim("task", "ann", lease: 5).WithRequest(1));
        await PassAsync(6);
        await ClaimAsync("task", "bob");
        mesh.Reload();

        var second = await mesh.DoAsync(Commands.Claim("task", "ann", lease: 5).WithRequest(1));

        Assert.True(second.IsReplay);
        Assert.Equal(first.Position, second.Position);
        Assert.Equal(first.Answer.ExpireTime, second.Answer.ExpireTime);
        Assert.Equal("bob", HolderOf("task"));
    }

    [Fact]
    public async Task Outsider_LearnsOnlyThatItIsHeld()
    {
        await mesh.DoAsync(Commands.Register("bob", "t"));
        var token = await ClaimAsync("task", "ann", topics: ["t"]);

        foreach (var command in (MeshCommand[])[Commands.Claim("task", "eve"), Commands.Join("task", 1, "eve")])
        {
            var refusal = await mesh.RefusedAsync(ErrorReason.ClaimHeld, command);
            Assert.Empty(refusal.Metadata);
            Assert.DoesNotContain("ann", refusal.Message, StringComparison.Ordinal);
        }

        // The same refusal as for a name that is free.
        var lost = await mesh.RefusedAsync(ErrorReason.ClaimLost, Commands.Push("k", by: "eve") with { IfClaim = token });
        var never = await mesh.RefusedAsync(
            ErrorReason.ClaimLost, Commands.Push("k", by: "eve") with { IfClaim = token with { Name = ContextKey.Parse("free") } });
        Assert.Equal((never.Message, never.Metadata.Count), (lost.Message, lost.Metadata.Count));
        Assert.Empty(List("eve"));
        Assert.Equal(["task"], List("bob"));
        Assert.Equal(["task"], List("ann"));
        Assert.Equal(["task"], List(null));
    }

    [Fact]
    public async Task Streams_TellTheAudienceAlone_AndOnlyThoseThatAsk()
    {
        await mesh.DoAsync(Commands.Register("bob", "t"));
        var claims = new FeedFilter(ItemFilter.All, [], IncludesAgents: false, IncludesClaims: true);
        var (owner, bob, eve, plain) = (
            mesh.Follow(null, claims), mesh.Follow("bob", claims), mesh.Follow("eve", claims), mesh.Follow(null, Feeds.Filter()));
        var token = await ClaimAsync("task", "ann", lease: 20, topics: ["t"]);
        await mesh.DoAllAsync(Commands.Join("task", 1, "bob", grace: 9), Commands.Renew(token, "ann"));
        await PassAsync(4);
        await mesh.DoAllAsync(Commands.Join("task", 1, "bob", grace: 9), Commands.HandOver(token, "eve", "ann"));

        Assert.Equal(["Claimed task@2", "Renewed task@3", "Renewed task@4", "Released task@6", "Claimed task@6"], await owner.DrainAsync());
        Assert.Equal(["Claimed task@2", "Renewed task@3", "Renewed task@4", "Released task@6", "Claimed task@6"], await bob.DrainAsync());
        Assert.Equal(["Claimed task@6"], await eve.DrainAsync());
        Assert.Empty(await plain.DrainAsync());
        Assert.Equal(6, plain.Through.Revision);
    }

    [Fact]
    public async Task Permissions_HoldForClaimsAndForThoseWhoWait()
    {
        await mesh.DoAllAsync(
            Commands.Restrict("ann", ["t"]), Commands.Register("bob", "t"), Commands.Register("cid", "t"));
        await mesh.RefusedAsync(ErrorReason.RoutingNotAllowed, Commands.Claim("task", "ann"));
        var token = await ClaimAsync("task", "ann", topics: ["t"]);
        await mesh.RefusedAsync(ErrorReason.RoutingNotAllowed, Commands.HandOver(token, "eve", "ann"));
        await mesh.DoAllAsync(Commands.Join("task", 1, "bob"), Commands.Join("task", 2, "cid"));
        await mesh.DoAsync(new SetAccess(AgentName.Parse("bob"), AgentAccess.Parse("readonly", [], null, [])));

        await mesh.DoAsync(Commands.Release(token, "ann"));

        Assert.Equal("cid", HolderOf("task"));
        Assert.Empty(Line("task"));
        await mesh.RefusedAsync(ErrorReason.ToolNotAllowed, Commands.Claim("other", "bob"));
    }

    [Fact]
    public async Task Tool_ClaimsByNameAlone()
    {
        await mesh.DoAsync(new SetAccess(AgentName.Parse("ann"), AgentAccess.Parse("", [], ["claim", "release", "push_context"], [])));
        ClaimName Tool(string by) => Commands.Claim("task", by) with { RenewsOwn = true, CalledBy = Access.Tool.Claim };
        await mesh.RefusedAsync(ErrorReason.ToolNotAllowed, Tool("bob"));
        await mesh.DoAsync(Tool("ann"));
        var token = Token("task");
        await PassAsync(50);
        await mesh.DoAsync(Tool("ann"));
        Assert.Equal(token, Token("task"));
        await PassAsync(50);
        Assert.Equal("ann", HolderOf("task"));
        var byName = new ReleaseClaim(new(ContextKey.Parse("task"), null)) { IsByName = true };
        await mesh.RefusedAsync(ErrorReason.ClaimLost, byName with { Actor = Commands.Agent("bob") });
        await mesh.DoAsync(byName with { Actor = Commands.Agent("ann") });
        Assert.Null(HolderOf("task"));
    }

    [Fact]
    public async Task Line_HasABound()
    {
        await ClaimAsync("task", "ann");
        for (var ticket = 0; ticket < ClaimLimits.MaxWaiting; ticket++)
        {
            await mesh.DoAsync(Commands.Join("task", ticket));
        }

        var refusal = await mesh.RefusedAsync(ErrorReason.QuotaClaims, Commands.Join("task", 1000));
        Assert.Equal("waiting", refusal.Metadata["quota"]);
    }

    [Fact]
    public async Task Claims_OfAUser_HaveABound()
    {
        for (var many = 0; many < ClaimLimits.MaxClaims; many += 100)
        {
            var first = many;
            await mesh.DoAsync(new CommitOperations([.. Enumerable.Range(0, 100).Select(n => Commands.Claim($"c{first + n}"))], []));
        }

        var refusal = await mesh.RefusedAsync(ErrorReason.QuotaClaims, Commands.Claim("one more", "ann"));
        Assert.Equal(("claims", "10000", false), (
            refusal.Metadata["quota"], refusal.Metadata["limit"], refusal.Metadata.ContainsKey("usage")));
        await mesh.DoAsync(Commands.Renew(Token("c0")));
        await mesh.DoAllAsync(Commands.Release(Token("c0")), Commands.Claim("one more", "ann"));
    }

    [Fact]
    public async Task Clear_ByTheOwner_EndsAllClaims()
    {
        var token = await ClaimAsync("task", "ann");
        await mesh.DoAllAsync(Commands.Join("task", 1, "bob"), Commands.Clear("ann"));
        Assert.Equal("ann", HolderOf("task"));

        await mesh.DoAsync(Commands.Clear());

        Assert.Null(ClaimOf("task"));
        await mesh.RefusedAsync(ErrorReason.ClaimLost, Commands.Push("k", by: "ann") with { IfClaim = token });
    }

    [Fact]
    public async Task Past_OfItems_IsReadAcrossChangesOfClaims()
    {
        await mesh.DoAsync(Commands.Push("task", "1"));
        var then = mesh.View(null).Position;
        var token = await ClaimAsync("task", "ann");
        await mesh.DoAllAsync(Commands.Push("task", "2"), Commands.Release(token, "ann"));

        var past = await mesh.Mesh.Past.ViewAsync(null, new(then, null), null, TestContext.Current.CancellationToken);
        var one = await mesh.Load().Past.ViewAsync(
            null, new(then, null), [ContextKey.Parse("task")], TestContext.Current.CancellationToken);

        Assert.Equal("1", past.Find(ContextKey.Parse("task"))!.ValueJson);
        Assert.Equal("1", one.Find(ContextKey.Parse("task"))!.ValueJson);
        var versions = await Mesh.History.VersionList.ListAsync(
            mesh.Mesh, null, ContextKey.Parse("task"), null, 10, TestContext.Current.CancellationToken);
        Assert.Equal([FeedKind.Updated, FeedKind.Created], versions.Versions.Select(version => version.Kind));
    }

    [Fact]
    public async Task OtherNode_SeesTheSameClaims()
    {
        var other = mesh.LoadOnAnotherNode();
        var token = await ClaimAsync("task", "ann");
        await mesh.DoAsync(Commands.Join("task", 1, "bob"));

        var refusal = await Assert.ThrowsAsync<MeshException>(
            () => other.SubmitAsync(Commands.Claim("task", "cid"), TestContext.Current.CancellationToken));
        Assert.Equal(ErrorReason.ClaimHeld, refusal.Reason);
        await other.SubmitAsync(Commands.Release(token, "ann"), TestContext.Current.CancellationToken);

        Assert.Equal("bob", other.View(null).FindClaim(ContextKey.Parse("task"))!.Hold!.Agent!.Value.Value);
        ClaimCheck();
    }

    private static MeshCommand Under(string write, FencingToken token, string by) => write switch
    {
        "push" => Commands.Push("new", by: by) with { IfClaim = token },
        "remove" => Commands.Remove("none", by) with { IfClaim = token },
        "patch" => Commands.Increment("k", "", 1, by) with { IfClaim = token },
        "commit" => Commands.Commit(Commands.Push("new")) with { IfClaim = token, Actor = Commands.Agent(by) },
        "guard" => Commands.Commit(Commands.Push("new")) with { Guards = [new ClaimGuard(token)], Actor = Commands.Agent(by) },
        "renew" => Commands.Renew(token, by, lease: 5),
        "release" => Commands.Release(token, by),
        _ => throw new ArgumentOutOfRangeException(nameof(write)),
    };

    private async Task<FencingToken> ClaimAsync(string name, string? by, double lease = 60, string[]? topics = null)
    {
        var result = await mesh.DoAsync(Commands.Claim(name, by, lease, topics));
        return new(ContextKey.Parse(name), result.Position);
    }

    private async Task PassAsync(double seconds)
    {
        mesh.Clock.Advance(TimeSpan.FromSeconds(seconds));
        await MeshInside.SettleAsync(mesh.Mesh);
    }

    private ClaimRecord? ClaimOf(string name) => mesh.View(null).FindClaim(ContextKey.Parse(name));

    private FencingToken Token(string name) =>
        new(ContextKey.Parse(name), mesh.View(null).Position with { Revision = ClaimOf(name)!.Hold!.Revision });

    private string? HolderOf(string name) => ClaimOf(name) is { } claim ? claim.Hold!.Agent?.Value ?? "-" : null;

    private string[] Line(string name) =>
        [.. ClaimOf(name)?.LiveLine(mesh.Clock.GetUtcNow()).Select(ticket => ticket.Agent?.Value ?? "-") ?? []];

    private string[] List(string? by) => [.. mesh.View(by).ListClaims("", null, 100).Claims.Select(claim => claim.Name.Value)];

    private void ClaimCheck() => Syntha.Tests.Support.ClaimChecker.Verify(ClaimLog.Rows(mesh.Store.Changes));
}
