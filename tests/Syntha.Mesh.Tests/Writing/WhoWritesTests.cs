namespace Syntha.Mesh.Tests.Writing;

/// <summary>
/// An agent may replace an item that it can read. A key with a hidden item is taken; nothing else about that item is revealed.
/// </summary>
public sealed class WhoWritesTests
{
    private readonly TestMesh mesh = new();

    [Fact]
    public async Task Push_OverAnItemThatTheAgentCannotRead_IsKeyNotWritable()
    {
        await mesh.DoAsync(Commands.Push("k", "\"secret\"", to: ["bob"]));

        var refusal = await mesh.RefusedAsync(ErrorReason.KeyNotWritable, Commands.Push("k", by: "ann"));

        Assert.DoesNotContain("bob", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(refusal.Metadata);
        Assert.Equal("\"secret\"", mesh.Get("k", by: "bob"));
    }

    [Fact]
    public async Task Push_OverAHiddenItem_AnswersTheSameWhateverTheGuard()
    {
        await mesh.DoAsync(Commands.Push("k", to: ["bob"]));

        // A guard must not reveal the revision of a hidden item to an agent.
        foreach (var guard in new long?[] { null, 0, 1, 99 })
        {
            await mesh.RefusedAsync(ErrorReason.KeyNotWritable, Commands.Push("k", by: "ann", ifRevision: guard));
        }
    }

    [Fact]
    public async Task Push_OverAReadableItemOfAnother_Replaces()
    {
        await mesh.DoAllAsync(Commands.Push("k", by: "bob", to: ["ann"]), Commands.Push("k", "2", by: "ann", to: ["bob"]));

        Assert.Equal("2", mesh.Get("k"));
        Assert.Equal("ann", mesh.Item("k").Readers.Author?.Value);
    }

    [Fact]
    public async Task Push_OverAHiddenItemThatHasExpired_TakesTheKey()
    {
        await mesh.DoAsync(Commands.Push("k", to: ["bob"], ttl: TimeSpan.Zero));

        await mesh.DoAsync(Commands.Push("k", "2", by: "ann"));

        Assert.Equal("2", mesh.Get("k", by: "ann"));
    }

    [Fact]
    public async Task PushMany_OneKeyNotWritable_WritesNoneAndNamesTheEntry()
    {
        await mesh.DoAsync(Commands.Push("k", to: ["bob"]));

        var refusal = await mesh.RefusedAsync(
            ErrorReason.KeyNotWritable, Commands.PushMany("ann", Commands.Draft("a"), Commands.Draft("k"), Commands.Draft("z")));

        Assert.Equal("items[1]", refusal.Field);
        Assert.Equal(["k"], mesh.Keys());
    }

    [Fact]
    public async Task PushMany_Accepted_HasOneRevision()
    {
        var result = await mesh.DoAsync(Commands.PushMany("ann", Commands.Draft("a"), Commands.Draft("b"), Commands.Draft("c")));

        Assert.Equal(1, result.Position.Revision);
        Assert.Equal([new(1, 0), new(1, 1), new(1, 2)], mesh.Store.Changes.Select(change => change.Place));
        Assert.Equal(1, mesh.RevisionOf("c"));
    }

    [Fact]
    public async Task PushMany_OfNothing_ChangesNothing()
    {
        var result = await mesh.DoAsync(Commands.PushMany(null));

        Assert.Equal(0, result.Position.Revision);
        Assert.Empty(mesh.Store.Log);
    }

    [Fact]
    public async Task Remove_OfAHiddenItem_AnswersAsForAMissingOne()
    {
        await mesh.DoAsync(Commands.Push("hidden", to: ["bob"]));

        foreach (var key in new[] { "hidden", "missing" })
        {
            Assert.Equal(0, await mesh.RemovedAsync(Commands.Remove(key, by: "ann")));
            Assert.Equal(0, await mesh.RemovedAsync(Commands.Remove(key, by: "ann", ifRevision: 0)));
        }
        // Both at the revision that the hidden item really has.
        var hidden = await mesh.RefusedAsync(ErrorReason.RevisionMismatch, Commands.Remove("hidden", by: "ann", ifRevision: 1));
        var missing = await mesh.RefusedAsync(ErrorReason.RevisionMismatch, Commands.Remove("missing", by: "ann", ifRevision: 1));
        Assert.Equal(missing.Message, hidden.Message);
        Assert.Equal(missing.Metadata, hidden.Metadata);
        Assert.Equal("1", mesh.Get("hidden", by: "bob"));
    }

    [Fact]
    public async Task Remove_OfAReadableItem_RemovesItOnce()
    {
        await mesh.DoAsync(Commands.Push("k", by: "bob", to: ["ann"]));

        Assert.Equal(1, await mesh.RemovedAsync(Commands.Remove("k", by: "ann")));
        Assert.Equal(0, await mesh.RemovedAsync(Commands.Remove("k", by: "ann")));
        Assert.Null(mesh.Get("k"));
    }

    [Fact]
    public async Task Remove_OfAMissingKey_TakesNoRevision()
    {
        var result = await mesh.DoAsync(Commands.Remove("missing"));

        Assert.Equal(0, result.Position.Revision);
        Assert.Equal(0, result.Answer.Items);
        Assert.Empty(mesh.Store.Log);
    }

    [Fact]
    public async Task Log_EveryWrite_NamesItsActorAndWhoCouldReadBefore()
    {
        await mesh.DoAllAsync(
            Commands.Push("k", by: "ann", to: ["bob"]), Commands.Push("k", by: "bob"), Commands.Remove("k", by: "cid"));

        Assert.Equal(["ann", "bob", "cid"], mesh.Store.Changes.Select(change => change.Actor?.Value));
        Assert.Equal([ChangeKind.Created, ChangeKind.Updated, ChangeKind.Removed], mesh.LoggedKinds);
        Assert.Null(mesh.Store.Changes.First().Before);
        Assert.Equal(["bob"], mesh.Store.Changes.ElementAt(1).Before!.Subscribers.Select(agent => agent.Value));
        Assert.True(mesh.Store.Changes.Last().Before!.IsGlobal);
    }
}
