using Grpc.Core;
using Syntha.V1;

namespace Syntha.Cli.Probing;

/// <summary>Reads a stream; what it is sent is searched by the <see cref="Watch"/> of its call.</summary>
internal sealed class Follower : IDisposable
{
    private readonly AsyncServerStreamingCall<SubscribeResponse> call;

    private Follower(AsyncServerStreamingCall<SubscribeResponse> call) => this.call = call;

    /// <summary>All changes that it was told.</summary>
    public List<Change> Changes { get; } = [];

    public static async Task<Follower> OpenAsync(Subject user, SubscribeRequest request)
    {
        var follower = new Follower(user.Mesh.Subscribe(request));
        Demand.Control(await follower.NextAsync() is { Established: not null }, "the stream does not begin as one");
        return follower;
    }

    /// <summary>Reads until it is told of a key, as a change or in a snapshot.</summary>
    public async Task ReadToAsync(string key)
    {
        while (await NextAsync() is { } message)
        {
            Changes.AddRange(message.Changes?.Changes_ ?? []);
            if (message.Changes?.Changes_.Any(change => change.Key == key) == true || message.SnapshotChunk?.Items.Any(item => item.Key == key) == true)
            {
                return;
            }
        }
        throw new ControlException($"the stream ended before it told of {key}");
    }

    /// <summary>Reads until the server refuses to go on.</summary>
    public async Task<RpcException> ReadToRefusalAsync()
    {
        try
        {
            while (await NextAsync() is not null)
            {
            }
        }
        catch (RpcException refused)
        {
            return refused;
        }
        throw new ControlException("the stream ended by itself");
    }

    public void Dispose() => call.Dispose();

    private async Task<StreamMessage?> NextAsync() => await call.ResponseStream.MoveNext(CancellationToken.None) ? call.ResponseStream.Current.Message : null;
}
