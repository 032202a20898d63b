using Syntha.Cli.Probing;

namespace Syntha.Cli.Attacks;

/// <summary>A user's data after the user was deleted, and in an export.</summary>
internal static class LifeAttacks
{
    public static IEnumerable<Attack> All =>
    [
        new("a deleted user, created again", "it keeps what it pushes anew", CreatedAgainAsync),
        new("an export, and its import as another user", "it holds its own user's items", ExportAsync),
    ];

    private static async Task CreatedAgainAsync(Probe probe)
    {
        var id = Probe.NewId();
        var old = await probe.NewUserAsync(id, "the deleted user");
        var request = ProbeUser.Push("life", old.Json, topics: ["life"]);
        request.RequestId = Guid.CreateVersion7().ToString();
        var before = (await old.Mesh.PushAsync(request)).Position;
        await old.Mesh.RegisterAgentTopicsAsync(new() { Agent = "agent", Topics = { "life" } });
        await old.Mesh.SetPostPermissionsAsync(new() { Agent = "agent", Permissions = new() });
        await old.Mesh.LogOutcomeAsync(new() { Agent = "agent", Report = new() { TaskType = "life" } });
        await old.RequireOwnAsync("life", agent: "agent");

        Require.Control((await probe.Operator.DeleteUserAsync(new() { UserId = id })).Deleted, "the user was not deleted");
        if (probe.HasCredentials)
        {
            await Require.RefusedAsync(
                "a call with the deleted user's credential", old.Mesh.GetAsync(new() { Key = "life" }), ErrorReason.CredentialsInvalid);
        }

        var anew = await probe.NewUserAsync(id, "the user created again");
        var empty = await anew.Mesh.GetStatsAsync(new());
        Require.NoLeak(
            empty.Stats.TotalItems > 0 || empty.Stats.TotalTopics > 0 || empty.Position.Epoch == before.Epoch,
            "the user does not begin empty");
        request.Item.ValueJson = anew.Json;
        var first = await anew.Mesh.PushAsync(request);
        Require.NoLeak(
            first.Replayed || first.Position.Revision != 1 || first.Position.Epoch == before.Epoch,
            "the user goes on where the deleted one ended");
        await anew.RequireOwnAsync("life");
        Require.NoLeak(await anew.ValueAsync("life", "agent") is not null, "the agent is still subscribed");
        await Require.RefusedAsync(
            "a stream after the deleted user's position", anew.Mesh.Subscribe(new() { Start = new() { After = before } }),
            ErrorReason.EpochChanged);
        var posts = await anew.Mesh.GetPostPermissionsAsync(new() { Agent = "agent" });
        var outcomes = await anew.Mesh.ListOutcomesAsync(new());
        Require.NoLeak(
            posts.Permissions is not null || outcomes.Outcomes.Count > 0, "permissions or outcomes of the deleted user are there");
    }

    private static async Task ExportAsync(Probe probe)
    {
        // A user of its own, because alice keeps the canaries of other attacks as well.
        var exported = await probe.NewUserAsync(Probe.NewId(), "the exported user");
        await exported.PushAsync("exported");
        await probe.Bob.PushAsync("exported");
        var file = new MemoryStream();
        // The pieces were searched. The whole file is searched as well, because a canary may lie across two pieces.
        using (var export = probe.OperatorSeeing(exported.Canary).ExportUser(new() { UserId = exported.Id }))
        {
            while (await export.ResponseStream.MoveNext(CancellationToken.None))
            {
                export.ResponseStream.Current.Chunk.WriteTo(file);
            }
        }
        var text = System.Text.Encoding.UTF8.GetString(file.ToArray());
        Require.Control(text.Contains(exported.Canary, StringComparison.Ordinal), "the export lacks the user's items");
        Require.NoLeak(text.Contains(probe.Bob.Canary, StringComparison.Ordinal), "the export holds what is bob's");

        using var import = probe.Operator.ImportUser();
        await import.RequestStream.WriteAsync(new() { Header = new() { UserId = probe.Bob.Id, Replace = true } });
        await import.RequestStream.WriteAsync(new() { Chunk = Google.Protobuf.ByteString.CopyFrom(file.ToArray()) });
        await import.RequestStream.CompleteAsync();
        await Require.RefusedAsync("the import of another user's export as bob's", import.ResponseAsync, ErrorReason.ExportUserMismatch);
        await probe.Bob.RequireOwnAsync("exported");
    }
}
