namespace Syntha.Mesh.Tests.Writing;

/// <summary>A restricted agent needs the permission for the routing that it writes and for the one that it replaces or removes.</summary>
public sealed class PostPermissionTests
{
    private readonly TestMesh mesh = new();

    [Fact]
    public async Task Push_UnrestrictedAgent_PostsAnything()
    {
        await mesh.DoAllAsync(
            Commands.Push("g", by: "ann"), Commands.Push("t", by: "ann", topics: ["any"]), Commands.Push("d", by: "ann", to: ["bob"]));

        Assert.Null(mesh.View(null).PermissionsOf(AgentName.Parse("ann")));
        Assert.Equal(["d", "g", "t"], mesh.Keys());
    }

    [Fact]
    public async Task Push_RestrictedToNothing_IsNotUnrestricted()
    {
        await mesh.DoAsync(Commands.Restrict("ann", []));

        await mesh.RefusedAsync(ErrorReason.RoutingNotAllowed, Commands.Push("k", by: "ann"));
        await mesh.RefusedAsync(ErrorReason.RoutingNotAllowed, Commands.Push("k", by: "ann", topics: ["a"]));
        await mesh.RefusedAsync(ErrorReason.RoutingNotAllowed, Commands.Push("k", by: "ann", to: ["ann"]));
        Assert.NotNull(mesh.View(null).PermissionsOf(AgentName.Parse("ann")));

        await mesh.DoAllAsync(Commands.Unrestrict("ann"), Commands.Push("k", by: "ann"));
        Assert.Null(mesh.View(null).PermissionsOf(AgentName.Parse("ann")));
    }

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(false, false, true)]
    public async Task Push_EachPermission_AllowsItsOwnRoutingAlone(bool topic, bool global, bool direct)
    {
        await mesh.DoAsync(Commands.Restrict("ann", topic ? ["a"] : [], global, direct));

        await ExpectAsync(topic, Commands.Push("t", by: "ann", topics: ["a"]));
        await ExpectAsync(global, Commands.Push("g", by: "ann"));
        await ExpectAsync(direct, Commands.Push("d", by: "ann", to: ["bob"]));
        await ExpectAsync(false, Commands.Push("o", by: "ann", topics: ["a", "b"]));
        await ExpectAsync(topic && direct, Commands.Push("m", by: "ann", topics: ["a"], to: ["bob"]));
    }

    [Fact]
    public async Task Push_PrivateItemAgainWithoutRouting_IsRefusedToWhoMayNotPostGlobal()
    {
        await mesh.DoAllAsync(Commands.Push("k", to: ["ann"]), Commands.Restrict("ann", ["a"], direct: true));

        await mesh.RefusedAsync(ErrorReason.RoutingNotAllowed, Commands.Push("k", by: "ann"));
    }

    [Fact]
    public async Task Push_ItemOfAForeignTopic_CannotBeTakenFromIt()
    {
        await mesh.DoAllAsync(
            Commands.Register("ann", "a", "b"), Commands.Push("k", topics: ["a", "b"]), Commands.Restrict("ann", ["a"], global: true));

        var refusal = await mesh.RefusedAsync(ErrorReason.RoutingNotAllowed, Commands.Push("k", by: "ann", topics: ["a"]));

        Assert.Equal("b", refusal.Metadata["topic"]);
    }

    [Theory]
    [InlineData("global")]
    [InlineData("direct")]
    [InlineData("topic")]
    public async Task PushOrRemove_OldRoutingNotAllowed_IsRefused(string key)
    {
        await mesh.DoAllAsync(
            Commands.Register("ann", "a", "b"),
            Commands.Push("global"),
            Commands.Push("direct", to: ["ann"]),
            Commands.Push("topic", topics: ["b"]),
            Commands.Restrict("ann", ["a"]));

        await mesh.RefusedAsync(ErrorReason.RoutingNotAllowed, Commands.Push(key, by: "ann", topics: ["a"]));
        await mesh.RefusedAsync(ErrorReason.RoutingNotAllowed, Commands.Remove(key, by: "ann"));

        await mesh.DoAsync(Commands.Restrict("ann", ["a", "b"], global: true, direct: true));
        await mesh.DoAllAsync(Commands.Push(key, by: "ann", topics: ["a"]), Commands.Remove(key, by: "ann"));
        Assert.DoesNotContain(key, mesh.Keys());
    }

    [Fact]
    public async Task PushOrRemove_PermissionIsAskedBeforeTheGuard()
    {
        await mesh.DoAllAsync(Commands.Register("ann", "b"), Commands.Push("k", topics: ["b"]), Commands.Restrict("ann", ["a"]));

        await mesh.RefusedAsync(ErrorReason.RoutingNotAllowed, Commands.Push("k", by: "ann", topics: ["a"], ifRevision: 99));
        await mesh.RefusedAsync(ErrorReason.RoutingNotAllowed, Commands.Push("k", by: "ann", topics: ["b"], ifRevision: 99));
        await mesh.RefusedAsync(ErrorReason.RoutingNotAllowed, Commands.Remove("k", by: "ann", ifRevision: 99));
    }

    [Fact]
    public async Task Remove_HiddenItemOfAForeignTopic_AnswersAsForAMissingKey()
    {
        await mesh.DoAllAsync(Commands.Push("k", topics: ["b"]), Commands.Restrict("ann", ["a"]));

        // ROUTING_NOT_ALLOWED would reveal that the key exists, and in which topic.
        Assert.Equal(0, await mesh.RemovedAsync(Commands.Remove("k", by: "ann")));
    }

    [Fact]
    public async Task Push_OldRoutingOfAnExpiredItem_NeedsNoPermission()
    {
        await mesh.DoAllAsync(Commands.Push("k", topics: ["b"], ttl: TimeSpan.Zero), Commands.Restrict("ann", ["a"]));

        await mesh.DoAsync(Commands.Push("k", by: "ann", topics: ["a"]));

        Assert.Equal(["k"], mesh.KeysOfTopic("a"));
    }

    [Fact]
    public async Task PushMany_OneRoutingNotAllowed_WritesNone()
    {
        await mesh.DoAsync(Commands.Restrict("ann", ["a"]));

        var refusal = await mesh.RefusedAsync(
            ErrorReason.RoutingNotAllowed,
            Commands.PushMany("ann", Commands.Draft("x", topics: ["a"]), Commands.Draft("y", topics: ["b"])));

        Assert.Equal("items[1]", refusal.Field);
        Assert.Equal("b", refusal.Metadata["topic"]);
        Assert.Empty(mesh.Keys());
    }

    [Fact]
    public async Task Push_ByTheOwner_IsBoundByNoAgentsPermissions()
    {
        await mesh.DoAllAsync(Commands.Restrict("ann", []), Commands.Push("k", to: ["ann"]));

        Assert.Equal("1", mesh.Get("k", by: "ann"));
    }

    [Fact]
    public async Task Get_ByARestrictedAgent_ReadsAsBefore()
    {
        await mesh.DoAllAsync(Commands.Register("ann", "news"), Commands.Push("k", topics: ["news"]), Commands.Restrict("ann", []));

        Assert.Equal("1", mesh.Get("k", by: "ann"));
    }

    [Fact]
    public async Task SetPermissions_KeepsSubscriptionsAndTheOtherWayRound()
    {
        await mesh.DoAllAsync(Commands.Register("ann", "news"), Commands.Restrict("ann", ["a"], global: true));
        Assert.Equal(["news"], mesh.TopicsOf("ann"));

        await mesh.DoAsync(Commands.Register("ann", "other"));

        var permissions = mesh.View(null).PermissionsOf(AgentName.Parse("ann"))!;
        Assert.Equal(["a"], permissions.Topics.Select(topic => topic.Value));
        Assert.True(permissions.MayPostGlobal);
        Assert.False(permissions.MayPostDirect);
    }

    [Fact]
    public async Task SetPermissions_OfWhatIsSetAlready_TakesNoRevision()
    {
        await mesh.DoAllAsync(Commands.Restrict("ann", ["a"]), Commands.Restrict("ann", ["a"]), Commands.Unrestrict("bob"));

        Assert.Single(mesh.Store.Log);
    }

    private async Task ExpectAsync(bool isAllowed, PushItems push)
    {
        if (isAllowed)
        {
            await mesh.DoAsync(push);
        }
        else
        {
            await mesh.RefusedAsync(ErrorReason.RoutingNotAllowed, push);
        }
    }
}
