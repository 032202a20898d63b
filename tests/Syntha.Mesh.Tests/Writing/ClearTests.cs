namespace Syntha.Mesh.Tests.Writing;

public sealed class ClearTests
{
    private readonly TestMesh mesh = new();

    [Fact]
    public async Task Clear_ByTheOwner_RemovesItemsSubscriptionsPermissionsAndExpiredItems()
    {
        await mesh.DoAllAsync(
            Commands.Register("ann", "t"), Commands.Restrict("bob", []), Commands.Push("x", by: "ann"), Commands.Push("y", topics: ["t"]),
            Commands.Push("logged", ttl: TimeSpan.FromSeconds(1)));
        mesh.Clock.Advance(TimeSpan.FromSeconds(2));
        await mesh.DoAsync(Commands.Push("due", ttl: TimeSpan.Zero));

        Assert.Equal(2, await mesh.RemovedAsync(Commands.Clear()));

        Assert.Empty(mesh.Keys());
        Assert.Empty(mesh.Topics());
        Assert.Empty(mesh.TopicsOf("ann"));
        Assert.Null(mesh.View(null).PermissionsOf(AgentName.Parse("bob")));
        Assert.Equal(new MeshStats(0, 0, 0, 0, 0, 0), mesh.Count());
        Assert.Equal((0, 0, 0), (mesh.Store.Read().Items.Count, mesh.Store.Read().Expired.Count, mesh.Store.Read().Agents.Count));
    }

    [Fact]
    public async Task Clear_ByTheOwner_LogsTheExpiryOfWhatWasDue()
    {
        await mesh.DoAllAsync(Commands.Push("due", ttl: TimeSpan.Zero), Commands.Clear());

        Assert.Equal([ChangeKind.Created, ChangeKind.Expired, ChangeKind.Purged], mesh.LoggedKinds);
    }

    [Fact]
    public async Task Clear_ByAnAgent_RemovesWhatItWroteAndNothingElse()
    {
        await mesh.DoAllAsync(
            Commands.Register("ann", "t"),
            Commands.Push("own", by: "ann", topics: ["t"]),
            Commands.Push("global", by: "ann"),
            Commands.Push("readable"),
            Commands.Push("others", by: "bob", to: ["ann"]),
            Commands.Push("taken", by: "ann"),
            Commands.Push("taken", by: "bob"));

        Assert.Equal(2, await mesh.RemovedAsync(Commands.Clear(by: "ann")));

        Assert.Equal(["others", "readable", "taken"], mesh.Keys());
        Assert.Equal(["t"], mesh.TopicsOf("ann"));
    }

    [Fact]
    public async Task Clear_ByAnAgent_LeavesExpiredItemsAndPermissions()
    {
        await mesh.DoAllAsync(Commands.Restrict("ann", [], global: true), Commands.Push("due", by: "ann", ttl: TimeSpan.Zero));

        Assert.Equal(0, await mesh.RemovedAsync(Commands.Clear(by: "ann")));
        Assert.Equal(1, mesh.Count().Expired);
        Assert.NotNull(mesh.View(null).PermissionsOf(AgentName.Parse("ann")));
    }

    [Fact]
    public async Task Clear_ByAnAgentThatMayNoLongerPostThere_IsRefusedAsAWhole()
    {
        await mesh.DoAllAsync(
            Commands.Push("a", by: "ann", topics: ["a"]), Commands.Push("b", by: "ann", topics: ["b"]), Commands.Restrict("ann", ["a"]));

        await mesh.RefusedAsync(ErrorReason.RoutingNotAllowed, Commands.Clear(by: "ann"));

        Assert.Equal(["a", "b"], mesh.Keys());
    }

    [Fact]
    public async Task Clear_OfAnEmptyMesh_TakesNoRevision()
    {
        Assert.Equal(0, (await mesh.DoAsync(Commands.Clear())).Position.Revision);
        Assert.Equal(0, (await mesh.DoAsync(Commands.Clear(by: "ann"))).Position.Revision);
    }

    [Fact]
    public async Task Clear_IsOneRevision_AndRevisionsGoOn()
    {
        await mesh.DoAllAsync(Commands.Push("x"), Commands.Push("y"), Commands.Clear(), Commands.Push("x"));

        Assert.Equal([1, 1, 2, 1], mesh.Store.Log.Select(command => command.Changes.Length));
        Assert.Equal(4, mesh.RevisionOf("x"));
    }
}
