using Google.Protobuf;

using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Syntha.Client.Tests.Fakes;

/// <summary>Answers every call before it reaches a service, so that no method has to be implemented.</summary>
internal sealed class ScriptInterceptor : Interceptor
{
    internal ScriptedServer Server { get; set; } = null!;

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request,
        ServerCallContext context,
        UnaryServerMethod<TRequest, TResponse> continuation) =>
        (TResponse)await Server.HandleAsync(Received(request, context));

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        if (responseStream is IServerStreamWriter<V1.AwaitClaimResponse> line)
        {
            return WaitInLineAsync(line, Received(request, context));
        }

        var writer = responseStream as IServerStreamWriter<V1.SubscribeResponse>
            ?? throw new InvalidOperationException($"{context.Method} is no stream of changes.");
        return Server.HandleAsync(new ScriptedStream(Received(request, context), writer.WriteAsync));
    }

    // Tells the answer of the test, and then nothing more.
    private async Task WaitInLineAsync(IServerStreamWriter<V1.AwaitClaimResponse> line, ReceivedCall call)
    {
        await line.WriteAsync((V1.AwaitClaimResponse)await Server.HandleAsync(call));
        await Task.Delay(Timeout.Infinite, call.Context.CancellationToken);
    }

    private static ReceivedCall Received<TRequest>(TRequest request, ServerCallContext context) =>
        new(context.Method[(context.Method.LastIndexOf('/') + 1)..], (IMessage)request!, context);
}
