namespace Syntha.Mesh.Tests.Writing;

/// <summary>`if_revision`: absent, any; 0, the key must not exist; n, its revision must be n. Expired is not existing.</summary>
public sealed class RevisionGuardTests
{
    private readonly TestMesh mesh = new();

    [Fact]
    public async Task Push_GuardZeroOnAFreeKey_Creates()
    {
        await mesh.DoAsync(Commands.Push("k", ifRevision: 0));

        Assert.Equal("1", mesh.Get("k"));
    }

    [Fact]
    public async Task Push_GuardZeroOnALiveItem_IsKeyExistsAndTellsTheRevision()
    {
        await mesh.DoAllAsync(Commands.Push("other"), Commands.Push("k"));

        var refusal = await mesh.RefusedAsync(ErrorReason.KeyExists, Commands.Push("k", ifRevision: 0));

        Assert.Equal("2", refusal.Metadata["current"]);
    }

    [Fact]
    public async Task Push_GuardOfTheItemsRevision_Replaces()
    {
        await mesh.DoAllAsync(Commands.Push("k"), Commands.Push("other"), Commands.Push("k", "2", ifRevision: 1));

        Assert.Equal("2", mesh.Get("k"));
        Assert.Equal(3, mesh.RevisionOf("k"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(long.MaxValue)]
    public async Task Push_GuardOfAnotherRevision_IsRevisionMismatch(long expected)
    {
        await mesh.DoAllAsync(Commands.Push("k"), Commands.Push("k"));

        var refusal = await mesh.RefusedAsync(ErrorReason.RevisionMismatch, Commands.Push("k", ifRevision: expected));

        Assert.Equal("2", refusal.Metadata["current"]);
        Assert.Equal(expected.ToString(System.Globalization.CultureInfo.InvariantCulture), refusal.Metadata["expected"]);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("removed")]
    [InlineData("due")]
    [InlineData("logged")]
    [InlineData("purged")]
    public async Task PushAndRemove_NoLiveItem_OnlyGuardZeroFits(string key)
    {
        await mesh.DoAllAsync(
            Commands.Push("removed"),
            Commands.Remove("removed"),
            Commands.Push("logged", ttl: TimeSpan.FromSeconds(1)),
            Commands.Push("purged", ttl: TimeSpan.Zero),
            Commands.Purge());
        mesh.Clock.Advance(TimeSpan.FromSeconds(2));
        await mesh.DoAsync(Commands.Push("due", ttl: TimeSpan.Zero));

        foreach (var revision in new long[] { 1, 3, 4, 5, 6, 7 })
        {
            var refusal = await mesh.RefusedAsync(ErrorReason.RevisionMismatch, Commands.Push(key, ifRevision: revision));
            Assert.Equal("0", refusal.Metadata["current"]);
            await mesh.RefusedAsync(ErrorReason.RevisionMismatch, Commands.Remove(key, ifRevision: revision));
        }
        Assert.Equal(0, await mesh.RemovedAsync(Commands.Remove(key, ifRevision: 0)));
        await mesh.DoAsync(Commands.Push(key, ifRevision: 0));
        Assert.Equal("1", mesh.Get(key));
    }

    [Fact]
    public async Task Remove_GuardZeroOnALiveItem_IsKeyExists()
    {
        await mesh.DoAsync(Commands.Push("k"));

        await mesh.RefusedAsync(ErrorReason.KeyExists, Commands.Remove("k", ifRevision: 0));
    }

    [Fact]
    public async Task Remove_GuardOfTheItemsRevision_Removes()
    {
        await mesh.DoAsync(Commands.Push("k"));

        await mesh.RefusedAsync(ErrorReason.RevisionMismatch, Commands.Remove("k", ifRevision: 2));
        Assert.Equal(1, await mesh.RemovedAsync(Commands.Remove("k", ifRevision: 1)));
    }

    [Fact]
    public async Task PushMany_GuardsOfOneCommand_AreHeldAgainstTheStateBeforeIt()
    {
        await mesh.DoAsync(Commands.PushMany(null, Commands.Draft("a"), Commands.Draft("b")));

        var refusal = await mesh.RefusedAsync(
            ErrorReason.RevisionMismatch, Commands.PushMany(null, Commands.Draft("a", ifRevision: 1), Commands.Draft("b", ifRevision: 2)));
        Assert.Equal("items[1]", refusal.Field);

        await mesh.DoAsync(Commands.PushMany(null, Commands.Draft("a", "2", ifRevision: 1), Commands.Draft("b", "2", ifRevision: 1)));
        Assert.Equal(2, mesh.RevisionOf("b"));
    }

    [Fact]
    public async Task Push_SameGuardTwiceInOneGroup_OnlyTheFirstFits()
    {
        await mesh.DoAsync(Commands.Push("k"));
        var hold = mesh.Store.HoldNextTurn();

        var first = mesh.DoAsync(Commands.Push("k", "2", ifRevision: 1));
        var second = mesh.DoAsync(Commands.Push("k", "3", ifRevision: 1));
        var other = mesh.DoAsync(Commands.Push("other"));
        hold.Release();

        Assert.Equal(2, (await first).Position.Revision);
        Assert.Equal(ErrorReason.RevisionMismatch, (await Assert.ThrowsAsync<MeshException>(() => second)).Reason);
        Assert.Equal(3, (await other).Position.Revision);
        Assert.Equal([1, 2], mesh.Store.Groups);
        Assert.Equal("2", mesh.Get("k"));
    }
}
