using Grpc.Core;
using Syntha.V1;

namespace Syntha.Cli.Probing;

/// <summary>A stream that an attack reads. The <see cref="CanaryInterceptor"/> of its call searches its messages.</summary>
internal sealed class ProbeStream : IDisposable
{
    private readonly AsyncServerStreamingCall<SubscribeResponse> call;

    private ProbeStream(AsyncServerStreamingCall<SubscribeResponse> call) => this.call = call;

    /// <summary>All changes that came so far.</summary>
    public List<Change> Changes { get; } = [];

    public static async Task<ProbeStream> OpenAsync(ProbeUser user, SubscribeRequest request)
    {
        var stream = new ProbeStream(user.Mesh.Subscribe(request));
        Require.Control(await stream.NextAsync() is { Established: not null }, "the first message of the stream is not `established`");
        return stream;
    }

    /// <summary>Reads until a change or a snapshot has the key.</summary>
    public async Task ReadToAsync(string key)
    {
        while (await NextAsync() is { } message)
        {
            var changes = message.Changes?.Changes_ ?? [];
            Changes.AddRange(changes);
            if (changes.Any(change => change.Key == key) || message.SnapshotChunk?.Items.Any(item => item.Key == key) == true)
            {
                return;
            }
        }
        throw new ControlException($"the stream ended before the change of {key} came");
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

    private async Task<SubscribeResponse?> NextAsync() =>
        await call.ResponseStream.MoveNext(CancellationToken.None) ? call.ResponseStream.Current : null;
}
