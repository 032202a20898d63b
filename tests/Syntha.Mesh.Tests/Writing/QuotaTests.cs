using Syntha.Mesh.Tests.Model;

namespace Syntha.Mesh.Tests.Writing;

/// <summary>The quotas of a user. They are checked where the command is evaluated, so that they hold with concurrent writers.</summary>
public sealed class QuotaTests
{
    private readonly TestMesh mesh = new();

    [Fact]
    public async Task Push_BeyondTheItems_IsRefusedAndNamesQuotaLimitAndUsage()
    {
        mesh.Quotas = mesh.Quotas with { MaxItems = 2 };
        await mesh.DoAllAsync(Commands.Push("a"), Commands.Push("b"));

        var refusal = await mesh.RefusedAsync(ErrorReason.QuotaItems, Commands.Push("c"));

        Assert.Equal(
            ("items", "2", "2", "3"),
            (refusal.Metadata["quota"], refusal.Metadata["limit"], refusal.Metadata["usage"], refusal.Metadata["actual"]));
        // Present items can be replaced, and removing makes room.
        await mesh.DoAllAsync(Commands.Push("a", "2"), Commands.Remove("b"), Commands.Push("c"));
        Assert.Equal(["a", "c"], mesh.Keys());
    }

    [Fact]
    public async Task Push_BeyondAQuota_TellsAnAgentNoCountOfWhatItMayNotSee()
    {
        mesh.Quotas = mesh.Quotas with { MaxItems = 40 };
        await mesh.DoAllAsync([.. Enumerable.Range(0, 37).Select(number => Commands.Push($"{number}", topics: ["secret"]))]);

        var refusal = await mesh.RefusedAsync(
            ErrorReason.QuotaItems,
            Commands.PushMany("ann", [.. Enumerable.Range(0, 9).Select(number => Commands.Draft($"own {number}"))]));

        Assert.Equal(["limit", "quota"], refusal.Metadata.Keys.Order());
        Assert.Equal(("items", "40"), (refusal.Metadata["quota"], refusal.Metadata["limit"]));
        Assert.DoesNotContain("37", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("46", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PushMany_BeyondTheItemsInItsMiddle_WritesNothing()
    {
        mesh.Quotas = mesh.Quotas with { MaxItems = 2 };

        await mesh.RefusedAsync(
            ErrorReason.QuotaItems, Commands.PushMany(null, Commands.Draft("a"), Commands.Draft("b"), Commands.Draft("c")));

        Assert.Empty(mesh.Keys());
    }

    [Fact]
    public async Task Push_BeyondTheBytes_IsRefusedUpToTheByte()
    {
        // The key, the value, the topic, the subscriber, the author: "é" has two bytes.
        var item = Commands.Push("é", "10", by: "an", topics: ["t"], to: ["bob"]);
        mesh.Quotas = mesh.Quotas with { MaxBytes = 9 };
        await mesh.RefusedAsync(ErrorReason.QuotaBytes, item);

        mesh.Quotas = mesh.Quotas with { MaxBytes = 10 };
        await mesh.DoAsync(item);

        Assert.Equal(10, mesh.Count().Bytes);
        await mesh.RefusedAsync(ErrorReason.QuotaBytes, Commands.Push("", "1"));
        await mesh.RefusedAsync(ErrorReason.QuotaBytes, Commands.Push("é", "100", by: "an", topics: ["t"], to: ["bob"]));
        await mesh.DoAllAsync(Commands.Push("é", "1"), Commands.Push("", "1"));
    }

    [Fact]
    public async Task Agents_BeyondTheirNumber_AreRefusedWhereSomethingIsStoredAboutThem()
    {
        mesh.Quotas = mesh.Quotas with { MaxAgents = 2 };
        await mesh.DoAllAsync(Commands.Register("a", "t"), Commands.Restrict("b", ["t"]));

        await mesh.RefusedAsync(ErrorReason.QuotaAgents, Commands.Register("c", "t"));
        await mesh.RefusedAsync(ErrorReason.QuotaAgents, Commands.Restrict("c", []));

        // Names in routing do not count, nor do commands that change nothing.
        await mesh.DoAllAsync(Commands.Push("k", by: "author", to: ["c", "d"]), Commands.Register("c"), Commands.Register("a", "u"));
        await mesh.DoAllAsync(Commands.Unrestrict("b"), Commands.Register("c", "t"));
    }

    [Fact]
    public async Task Topics_OfItemsAndSubscriptions_AreCountedOnce()
    {
        mesh.Quotas = mesh.Quotas with { MaxTopics = 2 };
        await mesh.DoAllAsync(Commands.Push("k", topics: ["t"]), Commands.Register("a", "t", "u"), Commands.Push("l", topics: ["t", "u"]));

        var refusal = await mesh.RefusedAsync(ErrorReason.QuotaTopics, Commands.Push("m", topics: ["v"]));
        Assert.Equal(("2", "3"), (refusal.Metadata["usage"], refusal.Metadata["actual"]));
        await mesh.RefusedAsync(ErrorReason.QuotaTopics, Commands.Register("b", "v"));
        await mesh.RefusedAsync(ErrorReason.QuotaTopics, new AddTopics(AgentName.Parse("a"), [TopicName.Parse("v")]));

        // One that leaves makes room for one that comes, in one command as well.
        await mesh.DoAllAsync(Commands.DeleteTopic("t"), Commands.Push("l", topics: ["v"]), Commands.Register("a", "w"));
        Assert.Equal(["v", "w"], mesh.Topics());
    }

    [Fact]
    public async Task Expired_WhetherLoggedOrNot_DoesNotCount()
    {
        mesh.Quotas = new() { MaxItems = 2, MaxBytes = 10, MaxTopics = 1 };
        await mesh.DoAllAsync(
            Commands.Push("now", "1", topics: ["t"], ttl: TimeSpan.Zero),
            Commands.Push("a", "1", topics: ["u"], ttl: TimeSpan.FromSeconds(1)),
            Commands.Push("b", "1"));
        await mesh.RefusedAsync(ErrorReason.QuotaItems, Commands.Push("c", "1"));
        // Due, but the timer that logs it has not come to it: the writer is held.
        var hold = mesh.Store.HoldNextTurn();
        var push = mesh.DoAsync(Commands.Push("c", "1", topics: ["v"]));
        await hold.Reached;
        mesh.Clock.Advance(TimeSpan.FromSeconds(1));
        hold.Release();

        await push;
        Assert.Equal(["b", "c"], mesh.Keys());
        await mesh.RefusedAsync(ErrorReason.QuotaItems, Commands.Push("d", "1"));
    }

    [Fact]
    public async Task Quotas_LoweredBelowWhatIsHeld_LetEverythingThroughThatDoesNotGrow()
    {
        await mesh.DoAllAsync(
            Commands.Push("a", "111", topics: ["t", "u"]), Commands.Push("b", "1"), Commands.Push("c", "1"),
            Commands.Register("x", "t", "v"),
            Commands.Restrict("y", []));
        mesh.Quotas = new() { MaxItems = 0, MaxBytes = 0, MaxAgents = 0, MaxTopics = 0 };

        await mesh.DoAllAsync(
            Commands.Push("a", "1", topics: ["t", "u"]), Commands.Register("x", "t"), Commands.Restrict("y", ["t"]), Commands.Remove("b"),
            Commands.DeleteTopic("t"));
        await mesh.RefusedAsync(ErrorReason.QuotaItems, Commands.Push("d", ""));
        await mesh.RefusedAsync(ErrorReason.QuotaBytes, Commands.Push("c", "11"));
        await mesh.RefusedAsync(ErrorReason.QuotaTopics, Commands.Register("y", "w"));
        await mesh.RefusedAsync(ErrorReason.QuotaAgents, Commands.Restrict("z", []));
        await mesh.DoAsync(Commands.Clear());
        Assert.Empty(mesh.Keys());
    }

    [Fact]
    public async Task ParallelWriters_OfOneGroup_DoNotOvershoot()
    {
        mesh.Quotas = mesh.Quotas with { MaxItems = 10 };
        var hold = mesh.Store.HoldNextTurn();
        var pushes = Enumerable.Range(0, 50).Select(number => mesh.DoAsync(Commands.Push($"{number}"))).ToList();
        hold.Release();

        await Task.WhenAll(pushes.Select(push => push.ContinueWith(_ => { }, TaskScheduler.Default)));
        Assert.Equal((10, 40), (pushes.Count(push => push.IsCompletedSuccessfully), pushes.Count(push => push.IsFaulted)));
        Assert.All(
            pushes.Where(push => push.IsFaulted),
            push => Assert.Equal(ErrorReason.QuotaItems, Assert.IsType<MeshException>(push.Exception!.InnerException).Reason));
        Assert.Equal(10, mesh.Count().Active);
        LogAudit.Verify(mesh.Store);
    }

    [Fact]
    public async Task Value_BeyondTheUsersOwnLimit_IsRefusedAndStaysWhereItWas()
    {
        await mesh.DoAsync(Commands.Push("k", "\"é\"", topics: ["t", "u"]));
        mesh.Quotas = mesh.Quotas with { MaxValueBytes = 3 };

        await mesh.RefusedAsync(ErrorReason.ValueTooLarge, Commands.Push("l", "\"é\""));
        await mesh.DoAllAsync(Commands.DeleteTopic("t"), Commands.Push("l", "123"));
        Assert.Equal("\"é\"", mesh.Get("k"));
    }

    [Fact]
    public async Task Override_OfOneUser_TakesEffectAtOnceAndForThatUserAlone()
    {
        await using var registry = new TestRegistry();
        registry.Quotas.Set(TestRegistry.User("alice"), new() { MaxItems = 1 });
        await registry.DoAsync("alice", Commands.Push("a"));

        Assert.Equal(ErrorReason.QuotaItems, await registry.RefusedAsync("alice", Commands.Push("b")));
        await registry.DoAsync("bob", Commands.Push("a"));
        await registry.DoAsync("bob", Commands.Push("b"));
        registry.Quotas.Set(TestRegistry.User("alice"), null);
        await registry.DoAsync("alice", Commands.Push("b"));
        Assert.Equal(UserQuotas.Default.MaxAgents, registry.Quotas.Of(TestRegistry.User("alice")).MaxAgents);
    }
}
