using Grpc.Core;

namespace Syntha.Client;

/// <summary>
/// One stream of either service. It reads a message from the network when the caller asks for one, and never ahead of the caller.
/// </summary>
internal sealed class StreamCall(AsyncServerStreamingCall<V1.SubscribeResponse> call) : IDisposable
{
    /// <summary>The message that was read last.</summary>
    internal V1.SubscribeResponse Message => call.ResponseStream.Current;

    /// <returns>Whether there is another message.</returns>
    internal Task<bool> MoveNextAsync(CancellationToken cancellationToken) => call.ResponseStream.MoveNext(cancellationToken);

    public void Dispose() => call.Dispose();
}
