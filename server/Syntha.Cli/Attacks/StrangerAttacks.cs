using Grpc.Core;
using Grpc.Health.V1;
using Syntha.Cli.Probing;
using Syntha.V1;

namespace Syntha.Cli.Attacks;

/// <summary>What a caller without a credential can make a server hold.</summary>
internal static class StrangerAttacks
{
    // More than any server lets one connection have, and few enough not to disturb others.
    private const int Watches = 16;

    // A message that gRPC's own library would not send: it has begun, and its end does not come.
    private static readonly Method<PushRequest, PushResponse> Unfinished = new(
        MethodType.ClientStreaming, ContextMesh.Descriptor.FullName, nameof(ContextMesh.ContextMeshClient.Push),
        Marshallers.Create(request => Google.Protobuf.MessageExtensions.ToByteArray(request), PushRequest.Parser.ParseFrom),
        Marshallers.Create(answer => Google.Protobuf.MessageExtensions.ToByteArray(answer), PushResponse.Parser.ParseFrom));

    public static IEnumerable<Attack> All =>
    [
        new(
            "a message without a credential that never ends", "a message with a credential is served", UnfinishedAsync,
            NeedsCredentials: true),
        new("health watches without end on one connection", "a health check is answered", WatchesAsync),
    ];

    private static async Task UnfinishedAsync(Probe probe)
    {
        await probe.Alice.PushAsync("unfinished");
        await probe.Alice.RequireOwnAsync("unfinished");
        using var call = probe.CallsAs(new("a stranger", [probe.Alice.Id], null))
            .AsyncClientStreamingCall(Unfinished, null, new());
        // The server must not wait for the message: it knows from the headers that the caller is nobody.
        await Require.RefusedAsync("a call whose message has not come", call.ResponseAsync, ErrorReason.CredentialsInvalid);
    }

    private static async Task WatchesAsync(Probe probe)
    {
        var health = new Health.HealthClient(probe.CallsAs(new("a stranger", [], null)));
        var watches = Enumerable.Range(0, Watches).Select(_ => health.Watch(new())).ToList();
        try
        {
            var served = await Task.WhenAll(watches.Select(IsServedAsync));
            Require.Control(served.Any(isServed => isServed), "no health watch was served");
            Require.NoLeak(served.All(isServed => isServed), $"one connection holds {Watches} health watches");
            var checkedNow = await health.CheckAsync(new());
            Require.Control(checkedNow.Status == HealthCheckResponse.Types.ServingStatus.Serving, "the health check is not answered");
        }
        finally
        {
            watches.ForEach(watch => watch.Dispose());
        }
    }

    private static async Task<bool> IsServedAsync(AsyncServerStreamingCall<HealthCheckResponse> watch)
    {
        try
        {
            return await watch.ResponseStream.MoveNext(CancellationToken.None);
        }
        catch (RpcException refused) when (refused.StatusCode == StatusCode.ResourceExhausted)
        {
            return false;
        }
    }
}
