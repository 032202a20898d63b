using Syntha.Cli.Probing;

namespace Syntha.Cli.Attacks;

/// <summary>A user's data after the user was deleted, and outside of the store.</summary>
internal static class LifeAttacks
{
    public static IEnumerable<Attack> All =>
    [
        new("a deleted user, created again", "it keeps what it pushes anew", CreatedAgainAsync),
        new("an export, and its import as another user", "it holds its own user's items", ExportAsync),
    ];

    private static async Task CreatedAgainAsync(Stage stage)
    {
        var id = Stage.NewId();
        var old = await stage.NewUserAsync(id, "the deleted user");
        var request = Subject.Push("life", old.Json, topics: ["life"]);
        request.RequestId = Guid.CreateVersion7().ToString();
        var before = (await old.Mesh.PushAsync(request)).Position;
        await old.Mesh.RegisterAgentTopicsAsync(new() { AgentName = "agent", Topics = { "life" } });
        await old.Mesh.SetPostPermissionsAsync(new() { AgentName = "agent", Permissions = new() });
        await old.Mesh.LogOutcomeAsync(new() { AgentName = "agent", Report = new() { TaskType = "life" } });
        await old.DemandOwnAsync("life", agent: "agent");

        Demand.Control((await stage.Operator.DeleteUserAsync(new() { UserId = id })).Deleted, "the user was not deleted");
        if (stage.HasCredentials)
        {
            await Demand.RefusedAsync("a call with the deleted user's credential", old.Mesh.GetAsync(new() { Key = "life" }), ErrorReason.CredentialsInvalid);
        }

        var anew = await stage.NewUserAsync(id, "the user created again");
        var empty = await anew.Mesh.GetStatsAsync(new());
        Demand.NotSo(empty.TotalItems > 0 || empty.TotalTopics > 0 || empty.Position.Epoch == before.Epoch, "the user does not begin empty");
        request.ValueJson = anew.Json;
        var first = await anew.Mesh.PushAsync(request);
        Demand.NotSo(first.Replayed || first.Position.Revision != 1 || first.Position.Epoch == before.Epoch, "the user goes on where the deleted one ended");
        await anew.DemandOwnAsync("life");
        Demand.NotSo(await anew.ValueAsync("life", "agent") is not null, "the agent is still subscribed");
        await Demand.RefusedAsync("a stream after the deleted user's position", anew.Mesh.Subscribe(new() { Start = new() { After = before } }), ErrorReason.EpochChanged);
        var posts = await anew.Mesh.GetPostPermissionsAsync(new() { AgentName = "agent" });
        var outcomes = await anew.Mesh.ListOutcomesAsync(new());
        Demand.NotSo(posts.Permissions is not null || outcomes.Outcomes.Count > 0, "permissions or outcomes of the deleted user are there");
    }

    private static async Task ExportAsync(Stage stage)
    {
        // Somebody of its own: alice keeps the canaries of other attacks as well.
        var exported = await stage.NewUserAsync(Stage.NewId(), "the exported user");
        await exported.PushAsync("exported");
        await stage.Bob.PushAsync("exported");
        var file = new MemoryStream();
        // Searched piece by piece, and as a whole: a canary may lie across two pieces.
        using (var export = stage.OperatorSeeing(exported.Canary).ExportUser(new() { UserId = exported.Id }))
        {
            while (await export.ResponseStream.MoveNext(CancellationToken.None))
            {
                export.ResponseStream.Current.Chunk.WriteTo(file);
            }
        }
        var text = System.Text.Encoding.UTF8.GetString(file.ToArray());
        Demand.Control(text.Contains(exported.Canary, StringComparison.Ordinal), "the export lacks the user's items");
        Demand.NotSo(text.Contains(stage.Bob.Canary, StringComparison.Ordinal), "the export holds what is bob's");

        using var import = stage.Operator.ImportUser();
        await import.RequestStream.WriteAsync(new() { Header = new() { UserId = stage.Bob.Id, Replace = true } });
        await import.RequestStream.WriteAsync(new() { Chunk = Google.Protobuf.ByteString.CopyFrom(file.ToArray()) });
        await import.RequestStream.CompleteAsync();
        await Demand.RefusedAsync("the import of another user's export as bob's", import.ResponseAsync, ErrorReason.ExportInvalid);
        await stage.Bob.DemandOwnAsync("exported");
    }
}
