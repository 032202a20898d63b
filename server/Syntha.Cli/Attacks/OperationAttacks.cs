using Grpc.Core;
using Syntha.Cli.Probing;

namespace Syntha.Cli.Attacks;

/// <summary>What one user uses up, and what errors and the operator are told.</summary>
internal static class OperationAttacks
{
    public static IEnumerable<Attack> All =>
    [
        new("one user's quota counts against another", "it holds against that user", QuotaAsync),
        new("one user's rate of calls counts against another", "it holds against that user", RateAsync),
        new("errors that tell of the inside, or of others", "each tells its reason", ErrorsAsync),
        new("what an operator is told", "it is told numbers and ids", OperatorAsync),
    ];

    private static async Task QuotaAsync(Stage stage)
    {
        var (alice, bob) = (stage.Alice, stage.Bob);
        await bob.PushAsync("quota/0");
        var used = (await stage.Operator.GetQuotaAsync(new() { UserId = bob.Id })).Usage.Items;
        await stage.Operator.SetQuotaAsync(new() { UserId = bob.Id, Quota = new() { MaxItems = used } });
        try
        {
            await alice.PushAsync("quota/1");
            await alice.PushAsync("quota/2");
            var after = (await stage.Operator.GetQuotaAsync(new() { UserId = bob.Id })).Usage.Items;
            Demand.NotSo(after != used, "alice's items count as bob's");
            await Demand.RefusedAsync("bob's push beyond his quota", bob.Mesh.PushAsync(Subject.Push("quota/3", "1")), ErrorReason.QuotaItems);
        }
        catch (RpcException refused) when (Demand.ReasonOf(refused) == "QUOTA_ITEMS")
        {
            throw new LeakException("bob's quota holds against alice");
        }
        finally
        {
            await stage.Operator.SetQuotaAsync(new() { UserId = bob.Id, Quota = new() });
        }
    }

    private static async Task RateAsync(Stage stage)
    {
        // Somebody of its own, whose bucket is full afterwards.
        var caller = await stage.NewUserAsync(Stage.NewId(), "the caller without rest");
        await caller.PushAsync("rate");
        await stage.Operator.SetQuotaAsync(new() { UserId = caller.Id, Quota = new() { CallsPerSecond = 1 } });
        var refused = false;
        // Far more than one second's worth, but no more than it takes.
        for (var call = 0; call < 1_000 && !refused; call++)
        {
            try
            {
                await caller.ValueAsync("rate");
            }
            catch (RpcException failure) when (Demand.ReasonOf(failure) == "RATE_LIMITED")
            {
                refused = true;
            }
        }
        Demand.Control(refused, "a thousand calls are within a limit of one each second");
        try
        {
            await stage.Bob.PushAsync("rate");
            await stage.Bob.DemandOwnAsync("rate");
        }
        catch (RpcException failure) when (Demand.ReasonOf(failure) == "RATE_LIMITED")
        {
            throw new LeakException("another user's calls count as bob's");
        }
    }

    private static async Task ErrorsAsync(Stage stage)
    {
        var bob = stage.Bob;
        await stage.Alice.PushAsync("errors");
        var guarded = Subject.Push("errors-guarded", "1");
        guarded.IfRevision = long.MaxValue;
        // What each tells is searched as it comes.
        await Demand.RefusedAsync("a broken value", bob.Mesh.PushAsync(Subject.Push("errors", "{\"a\": ")), ErrorReason.JsonInvalid);
        await Demand.RefusedAsync("an impossible key", bob.Mesh.PushAsync(Subject.Push("\0", "1")), ErrorReason.KeyInvalid);
        await Demand.RefusedAsync("a guard on what is not there", bob.Mesh.PushAsync(guarded), ErrorReason.RevisionMismatch);
        await Demand.RefusedAsync("a broken glob", bob.Mesh.ListAsync(new() { KeyGlob = "[" }), ErrorReason.FilterInvalid);
        await Demand.RefusedAsync("a made-up page token", bob.Mesh.ListAsync(new() { PageToken = "' OR 1=1 --" }), ErrorReason.PageTokenInvalid);
        await Demand.RefusedAsync("an empty agent", bob.Mesh.GetAsync(new() { Key = "errors", AgentName = "" }), ErrorReason.AgentInvalid);
        await Demand.RefusedAsync("an empty topic", bob.Mesh.DeleteTopicAsync(new() { Topic = "" }), ErrorReason.TopicInvalid);
        await Demand.RefusedAsync(
            "an unknown role", bob.Tools.SetAccessAsync(new() { AgentName = "agent", Access = new() { DeniedTools = { "rm" } } }), ErrorReason.ToolInvalid);
        await Demand.RefusedAsync("an impossible user", stage.Operator.GetUserStatsAsync(new() { UserId = $"../{stage.Alice.Id}" }), ErrorReason.UserIdMalformed);
    }

    private static async Task OperatorAsync(Stage stage)
    {
        var alice = stage.Alice;
        await alice.PushAsync("operated");
        var stats = await stage.Operator.GetUserStatsAsync(new() { UserId = alice.Id });
        var quota = await stage.Operator.GetQuotaAsync(new() { UserId = alice.Id });
        Demand.Control(stats.ActiveItems > 0 && quota.Usage.Items > 0, "the operator is not told how much alice keeps");
        var sessions = await stage.Operator.ListSessionsAsync(new() { UserId = alice.Id });
        Demand.Control(sessions.Sessions.Count > 0, "the operator is not told of alice's session");
        await stage.Operator.ListApiKeysAsync(new() { UserId = alice.Id });
        await stage.Operator.ListUsersAsync(new() { PageSize = 1_000 });
    }
}
