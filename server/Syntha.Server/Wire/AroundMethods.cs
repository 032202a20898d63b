using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Syntha.Server.Wire;

/// <summary>
/// What stands around every method of a service. It is put around a method once, when the method is bound. gRPC itself would look each
/// interceptor up in every call, and give each of them a task of its own. Thread-safe.
/// </summary>
/// <param name="outermostFirst">The interceptors.</param>
internal sealed class AroundMethods(IEnumerable<Interceptor> outermostFirst)
{
    private readonly Interceptor[] innermostFirst = [.. outermostFirst.Reverse()];

    public UnaryServerMethod<TRequest, TResponse> Around<TRequest, TResponse>(UnaryServerMethod<TRequest, TResponse> method)
        where TRequest : class
        where TResponse : class
    {
        foreach (var interceptor in innermostFirst)
        {
            var rest = method;
            method = (request, context) => interceptor.UnaryServerHandler(request, context, rest);
        }

        return method;
    }

    public ClientStreamingServerMethod<TRequest, TResponse> Around<TRequest, TResponse>(
        ClientStreamingServerMethod<TRequest, TResponse> method)
        where TRequest : class
        where TResponse : class
    {
        foreach (var interceptor in innermostFirst)
        {
            var rest = method;
            method = (requests, context) => interceptor.ClientStreamingServerHandler(requests, context, rest);
        }

        return method;
    }

    public ServerStreamingServerMethod<TRequest, TResponse> Around<TRequest, TResponse>(
        ServerStreamingServerMethod<TRequest, TResponse> method)
        where TRequest : class
        where TResponse : class
    {
        foreach (var interceptor in innermostFirst)
        {
            var rest = method;
            method = (request, responses, context) => interceptor.ServerStreamingServerHandler(request, responses, context, rest);
        }

        return method;
    }

    public DuplexStreamingServerMethod<TRequest, TResponse> Around<TRequest, TResponse>(
        DuplexStreamingServerMethod<TRequest, TResponse> method)
        where TRequest : class
        where TResponse : class
    {
        foreach (var interceptor in innermostFirst)
        {
            var rest = method;
            method = (requests, responses, context) => interceptor.DuplexStreamingServerHandler(requests, responses, context, rest);
        }

        return method;
    }
}
