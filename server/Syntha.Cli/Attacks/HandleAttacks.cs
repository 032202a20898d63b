using Grpc.Core;
using Syntha.Cli.Probing;

namespace Syntha.Cli.Attacks;

/// <summary>Bob uses what alice was handed.</summary>
internal static class HandleAttacks
{
    public static IEnumerable<Attack> All =>
    [
        new("the page token of another user", "its own user goes on with it", PageTokenAsync),
        new("the position of another user", "its own user resumes after it", PositionAsync),
        new("the request id of another user", "its own user's repeat is answered as before", RequestIdAsync),
    ];

    private static async Task PageTokenAsync(Stage stage)
    {
        foreach (var user in (Subject[])[stage.Alice, stage.Bob])
        {
            for (var number = 0; number < 4; number++)
            {
                await user.PushAsync($"page/{number}");
            }
        }
        var first = await stage.Alice.Mesh.ListAsync(new() { KeyPrefix = "page/", PageSize = 2 });
        var token = first.NextPageToken;
        var second = await stage.Alice.Mesh.ListAsync(new() { KeyPrefix = "page/", PageSize = 2, PageToken = token });
        Demand.Control(second.Items.Count == 2 && second.Items.All(item => item.ValueJson == stage.Alice.Json), "alice does not get her next page");
        try
        {
            var bobs = await stage.Bob.Mesh.ListAsync(new() { KeyPrefix = "page/", PageSize = 2, PageToken = token });
            Demand.NotSo(bobs.Items.Any(item => item.ValueJson != stage.Bob.Json), "alice's page token led bob into her list");
        }
        catch (RpcException refused) when (Demand.ReasonOf(refused) == "PAGE_TOKEN_INVALID")
        {
            // As good: it may only move within the caller's own list.
        }
    }

    private static async Task PositionAsync(Stage stage)
    {
        foreach (var user in (Subject[])[stage.Bob, stage.Alice])
        {
            await user.PushAsync("position/before");
        }

        var position = await stage.Alice.PushAsync("position/seen");
        await stage.Alice.PushAsync("position/after");
        using (var resumed = await Follower.OpenAsync(stage.Alice, new() { Start = new() { After = position } }))
        {
            await resumed.ReadToAsync("position/after");
        }

        await Demand.RefusedAsync(
            "a stream after a position of alice's", stage.Bob.Mesh.Subscribe(new() { Start = new() { After = position } }), ErrorReason.EpochChanged);
        await Demand.RefusedAsync(
            "a prompt since a position of alice's", stage.Bob.Mesh.BuildPromptAsync(new() { Spec = new() { System = new(), Since = position } }),
            ErrorReason.EpochChanged);
    }

    private static async Task RequestIdAsync(Stage stage)
    {
        var request = Subject.Push("request", "\"the same\"");
        request.RequestId = Guid.CreateVersion7().ToString();
        var first = await stage.Alice.Mesh.PushAsync(request);
        var again = await stage.Alice.Mesh.PushAsync(request);
        Demand.Control(again.Replayed && again.Position.Equals(first.Position), "alice's repeat is not answered as the first time");

        var bobs = await stage.Bob.Mesh.PushAsync(request);
        Demand.NotSo(bobs.Replayed || bobs.Position.Epoch == first.Position.Epoch, "alice's request id was known to bob's mesh");
        Demand.Control(await stage.Bob.ValueAsync("request") is not null, "bob's own command was not carried out");
    }
}
