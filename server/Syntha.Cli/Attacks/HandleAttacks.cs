using Grpc.Core;
using Syntha.Cli.Probing;
using Syntha.V1;

namespace Syntha.Cli.Attacks;

/// <summary>Bob uses tokens, positions and ids that alice was given.</summary>
internal static class HandleAttacks
{
    public static IEnumerable<Attack> All =>
    [
        new("the page token of another user", "its own user goes on with it", PageTokenAsync),
        new("the position of another user", "its own user resumes after it", PositionAsync),
        new("the request id of another user", "its own user's repeat is answered as before", RequestIdAsync),
    ];

    private static async Task PageTokenAsync(Probe probe)
    {
        foreach (var user in (ProbeUser[])[probe.Alice, probe.Bob])
        {
            for (var number = 0; number < 4; number++)
            {
                await user.PushAsync($"page/{number}");
            }
        }
        var first = await probe.Alice.Mesh.ListAsync(new() { PageSize = 2, Filter = new() { KeyPrefix = "page/" } });
        var token = first.NextPageToken;
        var second = await probe.Alice.Mesh.ListAsync(new() { PageSize = 2, PageToken = token, Filter = new() { KeyPrefix = "page/" } });
        Require.Control(
            second.Items.Count == 2 && second.Items.All(item => item.ValueJson == probe.Alice.Json), "alice does not get her next page");
        try
        {
            var bobs = await probe.Bob.Mesh.ListAsync(new() { PageSize = 2, PageToken = token, Filter = new() { KeyPrefix = "page/" } });
            Require.NoLeak(bobs.Items.Any(item => item.ValueJson != probe.Bob.Json), "alice's page token led bob into her list");
        }
        catch (RpcException refused) when (Require.ReasonOf(refused) == "PAGE_TOKEN_INVALID")
        {
            // A refusal is as good. Otherwise the token may only move within bob's own list.
        }
    }

    private static async Task PositionAsync(Probe probe)
    {
        foreach (var user in (ProbeUser[])[probe.Bob, probe.Alice])
        {
            await user.PushAsync("position/before");
        }

        var position = await probe.Alice.PushAsync("position/seen");
        await probe.Alice.PushAsync("position/after");
        using (var resumed = await ProbeStream.OpenAsync(probe.Alice, new() { Start = new() { After = position } }))
        {
            await resumed.ReadToAsync("position/after");
        }

        await Require.RefusedAsync(
            "a stream after a position of alice's", probe.Bob.Mesh.Subscribe(new() { Start = new() { After = position } }),
            ErrorReason.EpochChanged);
        await Require.RefusedAsync(
            "a prompt since a position of alice's",
            probe.Bob.Mesh.BuildPromptAsync(new() { Spec = new() { System = new(), Since = position } }),
            ErrorReason.EpochChanged);

        var past = new GetRequest { Key = "position/seen", ReadPoint = new() { AsOfPosition = position } };
        Require.Control(
            (await probe.Alice.Mesh.GetAsync(past)).Item?.ValueJson == probe.Alice.Json, "alice cannot read as of her position");
        await Require.RefusedAsync("a read as of a position of alice's", probe.Bob.Mesh.GetAsync(past), ErrorReason.EpochChanged);
        await Require.RefusedAsync(
            "a difference from a position of alice's", probe.Bob.Mesh.DiffPositionsAsync(new() { From = position }),
            ErrorReason.EpochChanged);
        var scope = new UndoScope { Command = position };
        Require.Control((await probe.Alice.Mesh.PlanUndoAsync(new() { Scope = scope })).Undos.Count > 0, "alice cannot plan her undo");
        await Require.RefusedAsync(
            "the plan of an undo at a position of alice's", probe.Bob.Mesh.PlanUndoAsync(new() { Scope = scope }),
            ErrorReason.EpochChanged);
        await Require.RefusedAsync(
            "an undo at a position of alice's", probe.Bob.Mesh.UndoAsync(new() { Scope = scope, PlanPosition = position }),
            ErrorReason.EpochChanged);
        await Require.RefusedAsync(
            "a redaction at a position of alice's", probe.Bob.Mesh.RedactAsync(new() { Key = "position/seen", Version = position }),
            ErrorReason.EpochChanged);
    }

    private static async Task RequestIdAsync(Probe probe)
    {
        var request = ProbeUser.Push("request", "\"the same\"");
        request.RequestId = Guid.CreateVersion7().ToString();
        var first = await probe.Alice.Mesh.PushAsync(request);
        var again = await probe.Alice.Mesh.PushAsync(request);
        Require.Control(again.Replayed && again.Position.Equals(first.Position), "alice's repeat is not answered as the first time");

        var bobs = await probe.Bob.Mesh.PushAsync(request);
        Require.NoLeak(bobs.Replayed || bobs.Position.Epoch == first.Position.Epoch, "alice's request id was known to bob's mesh");
        Require.Control(await probe.Bob.ValueAsync("request") is not null, "bob's own command was not carried out");
    }
}
