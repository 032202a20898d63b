using Google.Protobuf;
using Grpc.Core;
using Grpc.Health.V1;
using Syntha.Cli.Probing;
using Syntha.V1;

namespace Syntha.Cli.Attacks;

/// <summary>What a caller can make a server hold, with a credential and without.</summary>
internal static class StrangerAttacks
{
    // More than any server lets one connection have, and few enough not to disturb others.
    private const int Watches = 16;

    // Each part is two bytes in the message, and a hundred and more when it is read.
    private const int Parts = 1_600_000;

    // A message that is bytes, so that it costs us no more than its bytes.
    private static readonly Method<byte[], PushManyResponse> Parted = new(
        MethodType.Unary, ContextMesh.Descriptor.FullName, nameof(ContextMesh.ContextMeshClient.PushMany),
        Marshallers.Create(bytes => bytes, bytes => bytes),
        Marshallers.Create(answer => Google.Protobuf.MessageExtensions.ToByteArray(answer), PushManyResponse.Parser.ParseFrom));

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
        new("a message of more than a million parts", "a message of one part is served", PartsAsync),
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

    private static async Task PartsAsync(Probe probe)
    {
        await probe.Bob.PushAsync("part");
        await probe.Bob.RequireOwnAsync("part");
        var message = new byte[2 * Parts];
        for (var part = 0; part < Parts; part++)
        {
            message[2 * part] = (byte)WireFormat.MakeTag(PushManyRequest.ItemsFieldNumber, WireFormat.WireType.LengthDelimited);
        }

        var calls = probe.CallsAs(new("bob", [probe.Bob.Id], probe.Bob.Secret));
        await Require.RefusedAsync(
            "a message of more than a million parts",
            calls.AsyncUnaryCall(Parted, null, new(), message).ResponseAsync,
            ErrorReason.RequestTooLarge);
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
