using Grpc.Core;
using Syntha.Cli.Probing;

namespace Syntha.Cli.Attacks;

/// <summary>Names that are alike to a file system, a database, or a reader.</summary>
internal static class NameAttacks
{
    public static IEnumerable<Attack> All =>
    [
        new("user ids that are nearly the same", "each reads its own value", UserIdsAsync),
        new("keys that are nearly the same", "each has its own value", KeysAsync),
        new("agents whose names are nearly the same", "the one named reads it", AgentsAsync),
    ];

    private static async Task UserIdsAsync(Stage stage)
    {
        var id = Stage.NewId();
        // As long as the longest name of a schema, and longer.
        var filler = new string('x', 63 - id.Length);
        string[] ids = [id, id.ToUpperInvariant(), $"{id}.a", $"{id}_a", $"{id}-a", $"{id}@a", $"{id}.A", $"{id}{filler}1", $"{id}{filler}2"];
        var users = new List<Subject>();
        foreach (var each in ids)
        {
            try
            {
                var user = await stage.NewUserAsync(each, $"the user {each}");
                await user.PushAsync("named");
                users.Add(user);
            }
            catch (RpcException refused) when (Demand.ReasonOf(refused) == "USER_ID_MALFORMED")
            {
                // What is refused is not taken for another.
            }
        }
        Demand.Control(users.Count >= 2, "no two such ids are accepted");
        foreach (var user in users)
        {
            await user.DemandOwnAsync("named");
            var all = await user.Mesh.ListAsync(new() { PageSize = 1_000 });
            Demand.NotSo(all.Items.Count != 1, $"{user.Id} has more than its own");
        }
    }

    private static async Task KeysAsync(Stage stage)
    {
        foreach (var name in Alike)
        {
            await stage.Alice.PushAsync($"alike/{name}", $"\"{Uri.EscapeDataString(name)}\"");
        }

        foreach (var name in Alike)
        {
            await stage.Alice.DemandOwnAsync($"alike/{name}", $"\"{Uri.EscapeDataString(name)}\"");
        }

        var listed = await stage.Alice.Mesh.ListAsync(new() { KeyPrefix = "alike/", KeysOnly = true });
        Demand.NotSo(listed.Items.Count != Alike.Length, "two keys are one");
    }

    private static async Task AgentsAsync(Stage stage)
    {
        foreach (var name in Alike)
        {
            var secret = stage.Canaries.Plant($"what is for the agent '{Uri.EscapeDataString(name)}'");
            var owner = stage.Seeing(stage.Alice, "alice", secret);
            await owner.PushAsync("for-one", $"\"{secret}\"", subscribers: [name]);
            await owner.DemandOwnAsync("for-one", $"\"{secret}\"", agent: name);
            var others = stage.Seeing(stage.Alice, "an agent with a name like it");
            foreach (var other in Alike.Where(other => other != name))
            {
                Demand.NotSo(await others.ValueAsync("for-one", other) is not null, "another agent reads it");
            }

            await owner.Mesh.RemoveAsync(new() { Key = "for-one" });
        }
    }

    // Case; composed, decomposed and full-width letters; blanks and what cannot be seen; separators, wildcards and quotes.
    private static string[] Alike { get; } =
        ["agent", "Agent", "\u00E1gent", "a\u0301gent", "\uFF41gent", "agent ", "agent\u200B", "agent\u202E", "a:gent", "a/gent", "agen_", "agen%", "*", "agent'--"];
}
