using Google.Protobuf.WellKnownTypes;
using Syntha.Benchmarks.Load;
using Syntha.V1;

namespace Syntha.Benchmarks;

/// <summary>The calls of the contract that the loads send, as bytes.</summary>
internal static class MeshCalls
{
    public static GrpcRequest Get(string userId, string key) =>
        GrpcRequest.Of("/syntha.v1.ContextMesh/Get", userId, new GetRequest { Key = key });

    public static GrpcRequest Push(string userId, string key, string valueJson) =>
        GrpcRequest.Of("/syntha.v1.ContextMesh/Push", userId, new PushRequest { Item = new() { Key = key, ValueJson = valueJson } });

    /// <summary>A push with a new request id, of the kind that costs the server least.</summary>
    public static GrpcRequest RepeatablePush(string userId, string key, string valueJson) =>
        GrpcRequest.Of(
            "/syntha.v1.ContextMesh/Push",
            userId,
            new PushRequest { RequestId = Guid.CreateVersion7().ToString(), Item = new() { Key = key, ValueJson = valueJson } });

    /// <summary>A stream of the owner's view.</summary>
    public static GrpcRequest Subscribe(string userId, StreamStart? start = null) => GrpcRequest.Of(
        "/syntha.v1.ContextMesh/Subscribe",
        userId,
        // The longest interval between heartbeats, because they are not what is measured.
        new SubscribeRequest { Start = start, Heartbeat = Duration.FromTimeSpan(TimeSpan.FromSeconds(60)) });

    public static GrpcRequest GetStats(string userId) =>
        GrpcRequest.Of("/syntha.v1.ContextMesh/GetStats", userId, new GetStatsRequest());

    /// <summary>Calls for many keys, in an order that is not the order of the keys.</summary>
    public static GrpcRequest[] OfKeys(int count, Func<int, GrpcRequest> callOf)
    {
        var calls = Enumerable.Range(0, count).Select(callOf).ToArray();
        new Random(count).Shuffle(calls);
        return calls;
    }

    /// <summary>Keys of one length, so that all bodies have one length.</summary>
    public static string Key(int number) => $"item/{number:D7}";
}
