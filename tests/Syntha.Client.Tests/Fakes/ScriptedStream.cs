using Grpc.Core;

namespace Syntha.Client.Tests.Fakes;

/// <summary>One stream that a client has opened. The test says what it delivers and how it ends.</summary>
internal sealed class ScriptedStream
{
    private readonly Func<V1.SubscribeResponse, Task> send;
    private readonly TaskCompletionSource end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal ScriptedStream(ReceivedCall call, Func<V1.SubscribeResponse, Task> send)
    {
        Call = call;
        this.send = send;
        call.Context.CancellationToken.Register(gone.SetResult);
    }

    internal ReceivedCall Call { get; }

    /// <summary>The start that the client asked for.</summary>
    internal V1.StreamStart Start => Call.Request switch
    {
        V1.SubscribeRequest request => request.Start,
        V1.SubscribeToTopicsRequest request => request.Start,
        _ => throw new InvalidOperationException("No stream."),
    };

    /// <summary>Completes when the client has let go of it.</summary>
    internal Task Gone => gone.Task;

    internal async Task SendAsync(params V1.SubscribeResponse[] messages)
    {
        foreach (var message in messages)
        {
            await send(message);
        }
    }

    /// <summary>Ends with OK.</summary>
    internal void End() => end.TrySetResult();

    internal void Fail(RpcException failure) => end.TrySetException(failure);

    internal async Task RunAsync() => await await Task.WhenAny(end.Task, gone.Task);
}
