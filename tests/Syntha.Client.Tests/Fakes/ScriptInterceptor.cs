using Google.Protobuf;

using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Syntha.Client.Tests.Fakes;

/// <summary>Takes every call before it reaches a service, so that no method has to be implemented.</summary>
internal sealed class ScriptInterceptor : Interceptor
{
    internal ScriptedServer Server { get; set; } = null!;

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request,
        ServerCallContext context,
        UnaryServerMethod<TRequest, TResponse> continuation)
    {
        var method = context.Method[(context.Method.LastIndexOf('/') + 1)..];
        return (TResponse)await Server.HandleAsync(new ReceivedCall(method, (IMessage)request, context));
    }
}
