using Grpc.Core;
using Syntha.Cli.Probing;
using Syntha.V1;

namespace Syntha.Cli.Attacks;

/// <summary>Within one user: an agent reads and writes items that are for other agents.</summary>
internal static class AudienceAttacks
{
    private const string Outsider = "outsider";

    public static IEnumerable<Attack> All =>
    [
        new("reads by an agent outside the audience", "the audience and the owner read it", ReadsAsync),
        new("statistics for an agent outside the audience", "the owner's count it", StatisticsAsync),
        new("push, removal, time to live by an agent outside the audience", "the audience writes and removes it", WritesAsync),
        new("claims, lines and tokens by an agent outside the audience", "the holder writes under its claim", ClaimsAsync),
    ];

    private static async Task ReadsAsync(Probe probe)
    {
        var (key, owner, outsider) = await HideAsync(probe, "reads");
        ListRequest[] lists =
        [
            new() { AsAgent = Outsider },
            new() { AsAgent = Outsider, View = ItemView.Keys },
            new() { AsAgent = Outsider, Filter = new() { KeyPrefix = "hidden" } },
            new() { AsAgent = Outsider, Filter = new() { KeyGlob = "*" } },
            new() { AsAgent = Outsider, Filter = new() { Topics = { "hidden" } } },
        ];
        foreach (var request in lists)
        {
            Require.NoLeak((await outsider.Mesh.ListAsync(request)).Items.Any(item => item.Key == key), $"a list shows it: {request}");
        }

        Require.NoLeak(await outsider.ValueAsync(key, Outsider) is not null, "Get shows it");
        Require.NoLeak(
            (await outsider.Mesh.GetManyAsync(new() { AsAgent = Outsider, Keys = { key } })).Items.Count > 0, "GetMany shows it");
        Require.NoLeak(
            (await outsider.Tools.GetContextAsync(new() { AsAgent = Outsider, Key = key })).Item is not null, "GetContext shows it");
        Require.NoLeak((await outsider.Tools.HasContextAsync(new() { AsAgent = Outsider, Key = key })).Exists, "HasContext tells of it");
        Require.NoLeak(
            (await outsider.Tools.ListContextAsync(new() { AsAgent = Outsider, View = ItemView.Keys })).Items.Any(item => item.Key == key),
            "ListContext tells of it");
        Require.NoLeak(
            (await outsider.Tools.ListContextAsync(new() { AsAgent = Outsider, Filter = new() { Topics = { "hidden" } } })).Items.Count > 0,
            "GetContextByTopic shows it");
        Require.NoLeak(
            (await outsider.Tools.ListContextAsync(new() { AsAgent = Outsider, Filter = new() { KeyGlob = key } })).Items.Count > 0,
            "GetContextByPattern shows it");

        await Require.RefusedAsync(
            "the past, to an agent without permission", outsider.Mesh.ListVersionsAsync(new() { AsAgent = Outsider, Key = key }),
            ErrorReason.PastNotAllowed);
        await probe.Alice.Mesh.SetAccessAsync(new() { Agent = Outsider, Access = new() { MayReadPast = true } });
        Require.Control(
            (await owner.Mesh.ListVersionsAsync(new() { Key = key })).Versions.Count > 0, "the owner's versions do not show it");
        Require.NoLeak(
            (await outsider.Mesh.ListVersionsAsync(new() { AsAgent = Outsider, Key = key })).Versions.Count > 0, "ListVersions shows it");
        var now = (await outsider.Mesh.GetStatsAsync(new() { AsAgent = Outsider })).Position;
        var past = new GetRequest { AsAgent = Outsider, Key = key, ReadPoint = new() { AsOfPosition = now } };
        Require.NoLeak((await outsider.Mesh.GetAsync(past)).Item is not null, "a read of the past shows it");
        var from = new Position { Epoch = now.Epoch, Revision = 0 };
        var differences = (await outsider.Mesh.DiffPositionsAsync(new() { AsAgent = Outsider, From = from })).Differences;
        Require.NoLeak(differences.Any(one => one.Key == key), "DiffPositions shows it");
        var scope = new UndoScope { Range = new() { After = from } };
        Require.Control(
            (await owner.Mesh.PlanUndoAsync(new() { Scope = scope })).Undos.Any(one => one.Key == key), "the owner's plan lacks it");
        Require.NoLeak(
            (await outsider.Mesh.PlanUndoAsync(new() { AsAgent = Outsider, Scope = scope })).Undos.Any(one => one.Key == key),
            "PlanUndo shows it");
        await Require.RefusedAsync(
            "an undo of what another wrote",
            outsider.Mesh.UndoAsync(new() { AsAgent = Outsider, Scope = new(scope) { Author = "another" }, PlanPosition = now }),
            ErrorReason.OwnerRequired);
        await outsider.Mesh.UndoAsync(new() { AsAgent = Outsider, Scope = scope, PlanPosition = now });
        Require.NoLeak(await owner.ValueAsync(key) is null, "Undo has removed it");

        // The answers of these calls are texts. The search for canaries covers them.
        await outsider.Mesh.ListTopicsAsync(new() { AsAgent = Outsider });
        await outsider.Tools.BuildPromptAsync(new() { AsAgent = Outsider, Spec = new() { System = new() } });
        var custom = new CustomPrompt { Keys = { key }, Template = "{" + key + "}", FallbackText = "-" };
        await outsider.Mesh.BuildPromptAsync(new() { AsAgent = Outsider, Spec = new() { Custom = custom } });
        foreach (var tool in (string[])["get_context", "list_context", "discover_topics"])
        {
            await outsider.Tools.CallToolAsync(new() { AsAgent = Outsider, Name = tool });
        }

        await outsider.Tools.CallToolAsync(new() { AsAgent = Outsider, Name = "get_context", ArgumentsJson = $$"""{"keys": "{{key}}"}""" });
    }

    private static async Task StatisticsAsync(Probe probe)
    {
        // Topics that an agent is subscribed to are known to all agents.
        await RegisterAsync(probe.Alice);
        var (all, before) = (await CountAsync(probe, agent: null), await CountAsync(probe, Outsider));
        await HideAsync(probe, "statistics");
        Require.Control(!all.Equals(await CountAsync(probe, agent: null)), "the owner's statistics do not count it");
        Require.NoLeak(!before.Equals(await CountAsync(probe, Outsider)), "an outsider's statistics count it");
    }

    private static async Task WritesAsync(Probe probe)
    {
        var (key, insider, outsider) = await HideAsync(probe, "writes");
        var before = await insider.Mesh.GetAsync(new() { Key = key });
        var gone = ProbeUser.Push(key, "1", agent: Outsider);
        gone.Item.Ttl = new() { Seconds = -1 };
        var arguments = $$"""{"key": "{{key}}", "value": "1"}""";
        var pushing = new CallToolRequest { AsAgent = Outsider, Name = "push_context", ArgumentsJson = arguments };

        await Require.RefusedAsync(
            "Push over it", outsider.Mesh.PushAsync(ProbeUser.Push(key, "1", agent: Outsider)), ErrorReason.KeyNotWritable);
        await Require.RefusedAsync("Push with a time to live over it", outsider.Mesh.PushAsync(gone), ErrorReason.KeyNotWritable);
        await Require.RefusedAsync(
            "PushMany over it",
            outsider.Mesh.PushManyAsync(new() { AsAgent = Outsider, Items = { new ItemWrite { Key = key, ValueJson = "1" } } }),
            ErrorReason.KeyNotWritable);
        await Require.RefusedAsync(
            "PushContext over it",
            outsider.Tools.PushContextAsync(new() { AsAgent = Outsider, Item = new() { Key = key, ValueJson = "1" } }),
            ErrorReason.KeyNotWritable);
        foreach (var patch in Patches(key))
        {
            await Require.RefusedAsync(
                $"Patch of it: {patch.ChangeCase}", outsider.Mesh.PatchAsync(new() { AsAgent = Outsider, Patch = patch }),
                ErrorReason.PatchFailed);
            await Require.RefusedAsync(
                $"PatchContext of it: {patch.ChangeCase}", outsider.Tools.PatchContextAsync(new() { AsAgent = Outsider, Patch = patch }),
                ErrorReason.PatchFailed);
            await Require.RefusedAsync(
                $"Commit with a patch of it: {patch.ChangeCase}",
                outsider.Mesh.CommitAsync(new() { AsAgent = Outsider, Operations = { new Operation { Patch = patch } } }),
                ErrorReason.PatchFailed);
        }

        await Require.RefusedAsync(
            "Commit with a push over it",
            outsider.Tools.CommitContextAsync(new()
            {
                AsAgent = Outsider,
                Operations = { new Operation { Push = new() { Key = key, ValueJson = "1" } } },
            }),
            ErrorReason.KeyNotWritable);
        var removing = new CommitRequest { AsAgent = Outsider, Operations = { new Operation { Remove = new() { Key = key } } } };
        Require.NoLeak((await outsider.Tools.CommitContextAsync(removing)).Results[0].Removed, "a commit removed it");
        // A guard must not tell an outsider the revision, or that there is an item at all.
        removing.Guards.Add(new Guard { IfRevision = new() { Key = key, Revision = before.Item.Revision } });
        await Require.RefusedAsync(
            "Commit with its revision as a guard", outsider.Mesh.CommitAsync(removing), ErrorReason.RevisionMismatch);
        removing.Guards[0].IfRevision.Revision = 0;
        await outsider.Mesh.CommitAsync(removing);

        Require.NoLeak((await outsider.Tools.CallToolAsync(pushing)).Success, "push_context wrote over it");
        Require.NoLeak((await outsider.Mesh.RemoveAsync(new() { Key = key, AsAgent = Outsider })).Removed, "Remove removed it");
        Require.NoLeak(
            (await outsider.Tools.RemoveContextAsync(new() { Key = key, AsAgent = Outsider })).Removed, "RemoveContext removed it");
        await outsider.Tools.ClearContextAsync(new() { AsAgent = Outsider });

        var after = await insider.Mesh.GetAsync(new() { Key = key });
        Require.NoLeak(!before.Item.Equals(after.Item), "it is not what it was");
        Require.Control(
            (await insider.Mesh.RemoveAsync(new() { Key = key, AsAgent = "insider" })).Removed, "the audience may not remove it");
    }

    private static async Task ClaimsAsync(Probe probe)
    {
        var (key, owner, outsider) = await HideAsync(probe, "claims");
        const string name = "hidden-claim";
        var claimed = (await owner.Tools.ClaimAsync(
            new() { AsAgent = "insider", Claim = new() { Name = name, Topics = { "hidden" } } })).Claim;
        var (token, wanted) = (claimed.Token, new ClaimWrite { Name = name });
        Require.Control(
            (await owner.Tools.ListClaimsAsync(new() { AsAgent = "insider" })).Claims.Count == 1, "the holder's list does not show it");

        Require.NoLeak((await outsider.Mesh.ListClaimsAsync(new() { AsAgent = Outsider })).Claims.Count > 0, "ListClaims shows it");
        Require.NoLeak(
            (await outsider.Tools.ListClaimsAsync(new() { AsAgent = Outsider, NamePrefix = name })).Claims.Count > 0,
            "the agent's ListClaims shows it");
        foreach (var call in (AsyncUnaryCall<ClaimResponse>[])
            [
                outsider.Mesh.ClaimAsync(new() { AsAgent = Outsider, Claim = wanted }),
                outsider.Tools.ClaimAsync(new() { AsAgent = Outsider, Claim = wanted }),
            ])
        {
            try
            {
                await call;
                Require.NoLeak(true, "it was given to a second holder");
            }
            catch (RpcException held) when (Require.ReasonOf(held) == "CLAIM_HELD")
            {
                Require.NoLeak(held.Status.Detail.Contains("insider", StringComparison.Ordinal), "the refusal names the holder");
            }
        }

        await Require.RefusedAsync(
            "AwaitClaim of it", outsider.Tools.AwaitClaim(new() { AsAgent = Outsider, Claim = wanted }), ErrorReason.ClaimHeld);
        await Require.RefusedAsync(
            "RenewClaim with the holder's token", outsider.Tools.RenewClaimAsync(new() { AsAgent = Outsider, Token = token }),
            ErrorReason.ClaimLost);
        await Require.RefusedAsync(
            "ReleaseClaim with the holder's token", outsider.Mesh.ReleaseClaimAsync(new() { AsAgent = Outsider, Token = token }),
            ErrorReason.ClaimLost);
        await Require.RefusedAsync(
            "HandOverClaim with the holder's token",
            outsider.Tools.HandOverClaimAsync(new() { AsAgent = Outsider, Token = token, ToAgent = Outsider }), ErrorReason.ClaimLost);
        await Require.RefusedAsync(
            "PushContext under the holder's token",
            outsider.Tools.PushContextAsync(
                new() { AsAgent = Outsider, Item = new() { Key = "free", ValueJson = "1" }, IfClaim = token }),
            ErrorReason.ClaimLost);
        Require.NoLeak(
            (await outsider.Tools.LeaveClaimAsync(
                new() { AsAgent = Outsider, Name = name, Ticket = Guid.NewGuid().ToString() })).Left, "LeaveClaim found a place");

        await owner.Tools.PushContextAsync(
            new() { AsAgent = "insider", Item = new() { Key = key, ValueJson = "1", Topics = { "hidden" } }, IfClaim = token });
    }

    private static ItemPatch[] Patches(string key) =>
    [
        new() { Key = key, MergeJson = "1" },
        new() { Key = key, OperationsJson = """[{"op": "replace", "path": "", "value": 1}]""" },
        new() { Key = key, Increment = new() { Integer = 1 } },
        new() { Key = key, Append = new() { ValuesJson = "[1]" } },
        new() { Key = key, Add = new() { ValuesJson = "[1]" } },
    ];

    /// <summary>
    /// Makes items that the outsider must not learn of: one with a plain key to ask for, and one with the canary in its key as well.
    /// </summary>
    private static async Task<(string Key, ProbeUser Insider, ProbeUser Outsider)> HideAsync(Probe probe, string what)
    {
        var secret = probe.Canaries.Plant("what is for another agent");
        var owner = probe.Seeing(probe.Alice, "alice", secret);
        var (key, json) = ($"hidden-{what}", $"\"{secret}\"");
        await RegisterAsync(owner);
        await owner.PushAsync(key, json, topics: ["hidden"]);
        await owner.PushAsync($"hidden-{secret}", json, subscribers: ["insider"]);
        await owner.RequireOwnAsync(key, json);
        await owner.RequireOwnAsync(key, json, agent: "insider");
        return (key, owner, probe.Seeing(probe.Alice, "an agent outside the audience"));
    }

    private static async Task RegisterAsync(ProbeUser owner) =>
        await owner.Mesh.RegisterAgentTopicsAsync(new() { Agent = "insider", Topics = { "hidden" } });

    private static async Task<GetStatsResponse> CountAsync(Probe probe, string? agent)
    {
        var request = new GetStatsRequest();
        if (agent is not null)
        {
            request.AsAgent = agent;
        }

        var stats = await probe.Alice.Mesh.GetStatsAsync(request);
        // A position shows every agent that something happened. Only the counts must stay the same.
        stats.Position = null;
        return stats;
    }
}
