using Grpc.Core;

namespace Syntha.Client.Transport;

/// <summary>One stream of either service. Its messages come from the network as they are read: nothing reads ahead of the caller.</summary>
internal sealed class StreamCall : IDisposable
{
    private readonly Func<CancellationToken, Task<bool>> moveNext;
    private readonly Func<V1.StreamMessage?> current;
    private readonly IDisposable call;

    private StreamCall(Func<CancellationToken, Task<bool>> moveNext, Func<V1.StreamMessage?> current, IDisposable call)
    {
        this.moveNext = moveNext;
        this.current = current;
        this.call = call;
    }

    /// <summary>What was read last; a message that a newer server fills with what this client does not know is empty.</summary>
    internal V1.StreamMessage Message => current() ?? new V1.StreamMessage();

    internal static StreamCall Of<TResponse>(AsyncServerStreamingCall<TResponse> call, Func<TResponse, V1.StreamMessage?> messageOf) =>
        new(call.ResponseStream.MoveNext, () => messageOf(call.ResponseStream.Current), call);

    /// <returns>Whether there is another message.</returns>
    internal Task<bool> MoveNextAsync(CancellationToken cancellationToken) => moveNext(cancellationToken);

    public void Dispose() => call.Dispose();
}
