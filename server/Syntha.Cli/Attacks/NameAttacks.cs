using Grpc.Core;
using Syntha.Cli.Probing;
using Syntha.V1;

namespace Syntha.Cli.Attacks;

/// <summary>Names that a file system, a database or a reader may take for the same.</summary>
internal static class NameAttacks
{
    public static IEnumerable<Attack> All =>
    [
        new("user ids that are nearly the same", "each reads its own value", UserIdsAsync),
        new("keys that are nearly the same", "each has its own value", KeysAsync),
        new("agents whose names are nearly the same", "the one named reads it", AgentsAsync),
    ];

    private static async Task UserIdsAsync(Probe probe)
    {
        var id = Probe.NewId();
        // As long as the longest name of a schema in PostgreSQL.
        var filler = new string('x', 63 - id.Length);
        string[] ids =
        [
            id, id.ToUpperInvariant(), $"{id}.a", $"{id}_a", $"{id}-a", $"{id}@a", $"{id}.A", $"{id}{filler}1", $"{id}{filler}2",
        ];
        var users = new List<ProbeUser>();
        foreach (var each in ids)
        {
            try
            {
                var user = await probe.NewUserAsync(each, $"the user {each}");
                await user.PushAsync("named");
                users.Add(user);
            }
            catch (RpcException refused) when (Require.ReasonOf(refused) == "USER_ID_MALFORMED")
            {
                // An id that is refused is not taken for another one.
            }
        }
        Require.Control(users.Count >= 2, "no two such ids are accepted");
        foreach (var user in users)
        {
            await user.RequireOwnAsync("named");
            var all = await user.Mesh.ListAsync(new() { PageSize = 1_000 });
            Require.NoLeak(all.Items.Count != 1, $"{user.Id} has more than its own");
        }
    }

    private static async Task KeysAsync(Probe probe)
    {
        foreach (var name in Alike)
        {
            await probe.Alice.PushAsync($"alike/{name}", $"\"{Uri.EscapeDataString(name)}\"");
        }

        foreach (var name in Alike)
        {
            await probe.Alice.RequireOwnAsync($"alike/{name}", $"\"{Uri.EscapeDataString(name)}\"");
        }

        var listed = await probe.Alice.Mesh.ListAsync(new() { View = ItemView.Keys, Filter = new() { KeyPrefix = "alike/" } });
        Require.NoLeak(listed.Items.Count != Alike.Length, "two keys are one");
    }

    private static async Task AgentsAsync(Probe probe)
    {
        foreach (var name in Alike)
        {
            var secret = probe.Canaries.Plant($"what is for the agent '{Uri.EscapeDataString(name)}'");
            var owner = probe.Seeing(probe.Alice, "alice", secret);
            await owner.PushAsync("for-one", $"\"{secret}\"", subscribers: [name]);
            await owner.RequireOwnAsync("for-one", $"\"{secret}\"", agent: name);
            var others = probe.Seeing(probe.Alice, "an agent with a name like it");
            foreach (var other in Alike.Where(other => other != name))
            {
                Require.NoLeak(await others.ValueAsync("for-one", other) is not null, "another agent reads it");
            }

            await owner.Mesh.RemoveAsync(new() { Key = "for-one" });
        }
    }

    // Differences in case; composed, decomposed and full-width letters; blanks and invisible signs; separators, wildcards and quotes.
    private static string[] Alike { get; } =
    [
        "agent", "Agent", "\u00E1gent", "a\u0301gent", "\uFF41gent", "agent ", "agent\u200B", "agent\u202E", "a:gent", "a/gent", "agen_",
        "agen%", "*", "agent'--",
    ];
}
