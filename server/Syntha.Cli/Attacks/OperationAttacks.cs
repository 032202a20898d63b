using Grpc.Core;
using Syntha.Cli.Probing;

namespace Syntha.Cli.Attacks;

/// <summary>What one user uses up of another's limits, and what errors and the operator's answers show.</summary>
internal static class OperationAttacks
{
    public static IEnumerable<Attack> All =>
    [
        new("one user's quota counts against another", "it holds against that user", QuotaAsync),
        new("one user's rate of calls counts against another", "it holds against that user", RateAsync),
        new("errors that tell of the inside, or of others", "each tells its reason", ErrorsAsync),
        new("what an operator is told", "the answers have numbers and ids", OperatorAsync),
    ];

    private static async Task QuotaAsync(Probe probe)
    {
        var (alice, bob) = (probe.Alice, probe.Bob);
        await bob.PushAsync("quota/0");
        var used = (await probe.Operator.GetQuotaAsync(new() { UserId = bob.Id })).Usage.Items;
        await probe.Operator.UpdateQuotaAsync(new() { UserId = bob.Id, Quota = new() { MaxItems = used } });
        try
        {
            await alice.PushAsync("quota/1");
            await alice.PushAsync("quota/2");
            var after = (await probe.Operator.GetQuotaAsync(new() { UserId = bob.Id })).Usage.Items;
            Require.NoLeak(after != used, "alice's items count as bob's");
            await Require.RefusedAsync(
                "bob's push beyond his quota", bob.Mesh.PushAsync(ProbeUser.Push("quota/3", "1")), ErrorReason.QuotaItems);
        }
        catch (RpcException refused) when (Require.ReasonOf(refused) == "QUOTA_ITEMS")
        {
            throw new LeakException("bob's quota holds against alice");
        }
        finally
        {
            await probe.Operator.UpdateQuotaAsync(new() { UserId = bob.Id, Quota = new(), UpdateMask = new() { Paths = { "*" } } });
        }
    }

    private static async Task RateAsync(Probe probe)
    {
        // A user of its own, because its calls are limited afterwards.
        var caller = await probe.NewUserAsync(Probe.NewId(), "the caller without rest");
        await caller.PushAsync("rate");
        await probe.Operator.UpdateQuotaAsync(new() { UserId = caller.Id, Quota = new() { CallsPerSecond = 1 } });
        var refused = false;
        // Far more calls than a second allows. It stops at the first refusal.
        for (var call = 0; call < 1_000 && !refused; call++)
        {
            try
            {
                await caller.ValueAsync("rate");
            }
            catch (RpcException failure) when (Require.ReasonOf(failure) == "RATE_LIMITED")
            {
                refused = true;
            }
        }
        Require.Control(refused, "a thousand calls are within a limit of one each second");
        try
        {
            await probe.Bob.PushAsync("rate");
            await probe.Bob.RequireOwnAsync("rate");
        }
        catch (RpcException failure) when (Require.ReasonOf(failure) == "RATE_LIMITED")
        {
            throw new LeakException("another user's calls count as bob's");
        }
    }

    private static async Task ErrorsAsync(Probe probe)
    {
        var bob = probe.Bob;
        await probe.Alice.PushAsync("errors");
        var guarded = ProbeUser.Push("errors-guarded", "1");
        guarded.Item.IfRevision = long.MaxValue;
        // The text of each error is searched as it comes.
        await Require.RefusedAsync("a broken value", bob.Mesh.PushAsync(ProbeUser.Push("errors", "{\"a\": ")), ErrorReason.JsonInvalid);
        await Require.RefusedAsync("an impossible key", bob.Mesh.PushAsync(ProbeUser.Push("\0", "1")), ErrorReason.KeyInvalid);
        await Require.RefusedAsync("a guard on what is not there", bob.Mesh.PushAsync(guarded), ErrorReason.RevisionMismatch);
        await Require.RefusedAsync(
            "a broken glob", bob.Mesh.ListAsync(new() { Filter = new() { KeyGlob = "[" } }), ErrorReason.FilterInvalid);
        await Require.RefusedAsync(
            "a made-up page token", bob.Mesh.ListAsync(new() { PageToken = "' OR 1=1 --" }), ErrorReason.PageTokenInvalid);
        await Require.RefusedAsync("an empty agent", bob.Mesh.GetAsync(new() { Key = "errors", AsAgent = "" }), ErrorReason.AgentInvalid);
        await Require.RefusedAsync("an empty topic", bob.Mesh.DeleteTopicAsync(new() { Topic = "" }), ErrorReason.TopicInvalid);
        await Require.RefusedAsync(
            "an unknown tool", bob.Mesh.SetAccessAsync(new() { Agent = "agent", Access = new() { DeniedTools = { (V1.Tool)99 } } }),
            ErrorReason.ToolInvalid);
        await Require.RefusedAsync(
            "an impossible user", probe.Operator.GetUserStatsAsync(new() { UserId = $"../{probe.Alice.Id}" }), ErrorReason.UserIdMalformed);
    }

    private static async Task OperatorAsync(Probe probe)
    {
        var alice = probe.Alice;
        await alice.PushAsync("operated");
        var stats = await probe.Operator.GetUserStatsAsync(new() { UserId = alice.Id });
        var quota = await probe.Operator.GetQuotaAsync(new() { UserId = alice.Id });
        Require.Control(stats.Stats.ActiveItems > 0 && quota.Usage.Items > 0, "the operator does not see how much alice keeps");
        var sessions = await probe.Operator.ListSessionsAsync(new() { UserId = alice.Id });
        Require.Control(sessions.Sessions.Count > 0, "the operator does not see alice's session");
        await probe.Operator.ListApiKeysAsync(new() { UserId = alice.Id });
        await probe.Operator.ListUsersAsync(new() { PageSize = 1_000 });
    }
}
