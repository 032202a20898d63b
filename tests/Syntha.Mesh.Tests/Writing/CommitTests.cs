using Syntha.Mesh.Access;
using Syntha.Mesh.Patching;

namespace Syntha.Mesh.Tests.Writing;

/// <summary>Patches and commits: atomic, guarded, within what the caller may see, and answered alike when repeated.</summary>
public sealed class CommitTests
{
    private readonly TestMesh mesh = new();

    [Fact]
    public async Task Patch_OfAnItem_KeepsEverythingButTheValue()
    {
        await mesh.DoAllAsync(
            Commands.Register("bob", "t"),
            Commands.Push("k", """{"n":1}""", by: "ann", topics: ["t"], to: ["eve"], ttl: TimeSpan.FromHours(1)));
        var before = mesh.Item("k");
        mesh.Clock.Advance(TimeSpan.FromMinutes(1));

        var result = await mesh.DoAsync(Commands.Increment("k", "/n", 4, by: "bob"));

        var after = mesh.Item("k");
        Assert.Equal("5", result.Answer.Result);
        Assert.Equal("""{"n":5}""", after.ValueJson);
        Assert.Equal(before.Readers, after.Readers);
        Assert.Equal(before.ExpiresAt, after.ExpiresAt);
        Assert.Equal(result.Position.Revision, after.Place.Revision);
        Assert.Equal(mesh.Clock.GetUtcNow(), after.UpdatedAt);
        Assert.Equal("bob", mesh.Store.Changes.Last().Actor!.Value.Value);
        mesh.Reload();
        Assert.Equal("""{"n":5}""", mesh.Get("k"));
    }

    [Fact]
    public async Task Patch_ByManyAtOnce_LosesNone()
    {
        await mesh.DoAsync(Commands.Push("k", "0"));

        await Task.WhenAll(Enumerable.Range(0, 32).Select(async _ =>
        {
            for (var count = 0; count < 50; count++)
            {
                await mesh.DoAsync(Commands.Increment("k", "", 1));
            }
        }));

        Assert.Equal("1600", mesh.Get("k"));
    }

    [Theory]
    [InlineData("missing", null)]
    [InlineData("secret", "bob")]
    [InlineData("expired", null)]
    public async Task Patch_OfWhatTheCallerCannotRead_FailsAlike(string key, string? by)
    {
        await mesh.DoAllAsync(Commands.Push("secret", "0", by: "ann", topics: ["t"]), Commands.Push("expired", "0", ttl: TimeSpan.Zero));

        var refusal = await mesh.RefusedAsync(ErrorReason.PatchFailed, Commands.Increment(key, "", 1, by));

        Assert.Equal("There is no item to patch under this key; push it first.", refusal.Message);
    }

    [Fact]
    public async Task Patch_ByAnAgentThatMayNotPostThere_IsRefused()
    {
        await mesh.DoAllAsync(Commands.Push("k", "0", topics: ["t"]), Commands.Register("bob", "t"), Commands.Restrict("bob", ["other"]));

        await mesh.RefusedAsync(ErrorReason.RoutingNotAllowed, Commands.Increment("k", "", 1, by: "bob"));
    }

    [Fact]
    public async Task Patch_ByAnAgentThatMayNotRead_IsRefusedAlsoWithinACommit()
    {
        await mesh.DoAllAsync(
            Commands.Push("k", "4200"), new SetAccess(AgentName.Parse("bob"), AgentAccess.Parse("", [], ["push_context"], [])));

        foreach (var command in (MeshCommand[])[Commands.Increment("k", "", 0), Commands.Commit(Commands.Increment("k", "", 0))])
        {
            var refusal = await mesh.RefusedAsync(ErrorReason.ToolNotAllowed, command with { Actor = Commands.Agent("bob") });
            Assert.Equal("get_context", refusal.Metadata["tool"]);
        }
    }

    [Fact]
    public async Task Commit_WithTopicsAsAnAgent_IsRefused() => await mesh.RefusedAsync(
        ErrorReason.OwnerRequired, Commands.Commit(Commands.Register("bob", "t")) with { Actor = Commands.Agent("bob") });

    [Fact]
    public async Task Patch_ThatChangesNothing_MakesNoRevision()
    {
        await mesh.DoAsync(Commands.Push("k", "[1]"));

        var result = await mesh.DoAsync(Commands.Patch("k", ListPatch.Parse(ListPatchKind.Add, "", "[1.0]", null)));

        Assert.Equal(1, result.Position.Revision);
        Assert.Equal("1", result.Answer.Result);
        Assert.Single(mesh.Store.Log);
    }

    [Fact]
    public async Task Patch_ThatIsTooLargeThen_IsRefused()
    {
        var half = new string('x', (ItemLimits.MaxValueBytes / 2) + 10);
        await mesh.DoAsync(Commands.Push("k", $"[\"{half}\"]"));

        await mesh.RefusedAsync(
            ErrorReason.ValueTooLarge, Commands.Patch("k", ListPatch.Parse(ListPatchKind.Append, "", $"[\"{half}\"]", null)));
        mesh.Quotas = TestMesh.NoQuotas with { MaxValueBytes = ItemLimits.MaxValueBytes / 2 };
        await mesh.RefusedAsync(ErrorReason.ValueTooLarge, Commands.Patch("k", ListPatch.Parse(ListPatchKind.Append, "", "[1]", null)));
    }

    [Fact]
    public async Task Patch_WithGuard_ComparesTheRevision()
    {
        await mesh.DoAllAsync(Commands.Push("k", "0"), Commands.Push("other"));

        await mesh.RefusedAsync(ErrorReason.RevisionMismatch, Commands.Increment("k", "", 1, ifRevision: 2));
        await mesh.RefusedAsync(ErrorReason.KeyExists, Commands.Increment("k", "", 1, ifRevision: 0));
        await mesh.RefusedAsync(ErrorReason.RevisionMismatch, Commands.Increment("none", "", 1, ifRevision: 7));
        await mesh.DoAsync(Commands.Increment("k", "", 1, ifRevision: 1));
        Assert.Equal("1", mesh.Get("k"));
    }

    [Fact]
    public async Task Patch_Repeated_GetsTheFirstAnswerAndAddsOnce()
    {
        await mesh.DoAsync(Commands.Push("k", "0"));

        var first = await mesh.DoAsync(Commands.Increment("k", "", 5).WithRequest(1));
        mesh.Reload();
        await mesh.DoAsync(Commands.Increment("k", "", 1));
        var second = await mesh.DoAsync(Commands.Increment("k", "", 5).WithRequest(1));

        Assert.True(second.IsReplay);
        Assert.Equal("5", second.Answer.Result);
        Assert.Equal(first.Position, second.Position);
        Assert.Equal("6", mesh.Get("k"));
    }

    [Fact]
    public async Task Commit_MixedOperations_IsOneRevision()
    {
        await mesh.DoAllAsync(Commands.Push("counter", "1"), Commands.Push("old"), Commands.Push("list", "[1]"));

        var result = await mesh.DoAsync(Commands.Commit(
            Commands.Push("new", "7", topics: ["t"]),
            Commands.Increment("counter", "", 1),
            Commands.Remove("old"),
            Commands.Remove("never"),
            Commands.Register("ann", "t"),
            Commands.Patch("list", ListPatch.Parse(ListPatchKind.Append, "", "[2]", null))));

        Assert.Equal(4, result.Position.Revision);
        Assert.Equal([null, "2", null, null, null, "2"], result.Answer.Parts!.Select(part => part.Result));
        Assert.Equal([0, 0, 1, 0, 0, 0], result.Answer.Parts!.Select(part => part.Items));
        Assert.Equal(["counter", "list", "new"], mesh.Keys());
        Assert.Equal("7", mesh.Get("new", by: "ann"));
        Assert.Equal("[1,2]", mesh.Get("list"));
        Assert.All(["new", "counter", "list"], key => Assert.Equal(4, mesh.RevisionOf(key)));
        mesh.Reload();
        Assert.Equal(["counter", "list", "new"], mesh.Keys());
        Assert.Equal(["ann"], mesh.SubscribersOf("t"));
    }

    [Fact]
    public async Task Commit_OneOperationIsRefused_NothingIsDone()
    {
        await mesh.DoAllAsync(Commands.Push("a", "1"), Commands.Push("b", "\"text\""));

        var refusal = await mesh.RefusedAsync(
            ErrorReason.PatchFailed, Commands.Commit(Commands.Increment("a", "", 1), Commands.Push("c"), Commands.Increment("b", "", 1)));

        Assert.Equal("operations[2]", refusal.Field);
        Assert.Equal(["a", "b"], mesh.Keys());
        Assert.Equal("1", mesh.Get("a"));
    }

    [Fact]
    public async Task Commit_Guards_AreHeldOnKeysThatItDoesNotWrite()
    {
        await mesh.DoAllAsync(Commands.Push("lock", by: "ann", topics: ["private"]), Commands.Push("a"));
        CommitOperations Guarded(string key, long revision, string? by = null) =>
            Commands.Commit(Commands.Push("result")) with
            {
                Guards = [new KeyGuard(ContextKey.Parse("a"), 2), new KeyGuard(ContextKey.Parse(key), revision)],
                Actor = Commands.Agent(by),
            };

        Assert.Equal("guards[1]", (await mesh.RefusedAsync(ErrorReason.RevisionMismatch, Guarded("lock", 2))).Field);
        await mesh.RefusedAsync(ErrorReason.KeyExists, Guarded("lock", 0));
        await mesh.RefusedAsync(ErrorReason.RevisionMismatch, Guarded("none", 1));
        // What an agent cannot read does not exist for it, so that a guard tells it nothing.
        await mesh.RefusedAsync(ErrorReason.RevisionMismatch, Guarded("lock", 1, by: "bob"));
        await mesh.DoAsync(Guarded("lock", 0, by: "bob"));
        await mesh.DoAsync(Guarded("lock", 1));
        Assert.Equal(4, mesh.RevisionOf("result"));
    }

    [Fact]
    public async Task Commit_AsAnAgent_WritesInItsNameAndUnderItsPermissions()
    {
        await mesh.DoAsync(Commands.Restrict("ann", ["t"]));

        await mesh.RefusedAsync(ErrorReason.RoutingNotAllowed, Commands.Commit(Commands.Push("k")) with { Actor = Commands.Agent("ann") });
        await mesh.DoAsync(Commands.Commit(Commands.Push("k", topics: ["t"])) with { Actor = Commands.Agent("ann") });

        Assert.Equal("ann", mesh.Item("k").Readers.Author!.Value.Value);
    }

    [Fact]
    public async Task Commit_BeyondAQuota_LeavesNothing()
    {
        mesh.Quotas = TestMesh.NoQuotas with { MaxItems = 2 };
        await mesh.DoAllAsync(Commands.Push("a"), Commands.Push("b"));

        await mesh.RefusedAsync(ErrorReason.QuotaItems, Commands.Commit(Commands.Push("c"), Commands.Push("d"), Commands.Remove("a")));
        await mesh.DoAsync(Commands.Commit(Commands.Push("c"), Commands.Remove("a")));

        Assert.Equal(["b", "c"], mesh.Keys());
    }

    [Fact]
    public async Task Commit_Repeated_GetsTheFirstAnswer()
    {
        await mesh.DoAllAsync(Commands.Push("a", "1"), Commands.Push("b"));
        CommitOperations Twice() => Commands.Commit(Commands.Increment("a", "", 1), Commands.Remove("b")).WithRequest(1);

        await mesh.DoAsync(Twice());
        mesh.Reload();
        var second = await mesh.DoAsync(Twice());

        Assert.True(second.IsReplay);
        Assert.Equal("2", second.Answer.Parts![0].Result);
        Assert.Equal(1, second.Answer.Parts[1].Items);
        Assert.Equal("2", mesh.Get("a"));
    }

    [Fact]
    public async Task Patches_OfLargeValues_AreBoundedInOneCommandAndInOneGroup()
    {
        var large = $"[\"{new string('x', 1_000_000)}\"]";
        var keys = Enumerable.Range(0, 20).Select(number => $"k{number}").ToArray();
        foreach (var key in keys)
        {
            await mesh.DoAsync(Commands.Push(key, large));
        }

        PatchItem[] patches = [.. keys.Select(key => Commands.Patch(key, ListPatch.Parse(ListPatchKind.Append, "", "[1]", null)))];
        await mesh.RefusedAsync(ErrorReason.RequestTooLarge, Commands.Commit(patches));

        var groups = mesh.Store.Groups.Length;
        var hold = mesh.Store.HoldNextTurn();
        var results = patches.Select(mesh.DoAsync).ToArray();
        hold.Release();
        await Task.WhenAll(results);
        Assert.True(mesh.Store.Groups.Length - groups > 1, "All patches of large values came into one group.");
    }
}
