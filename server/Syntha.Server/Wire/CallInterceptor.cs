using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Syntha.Server.Wire;

/// <summary>
/// An interceptor that does the same around every call, whatever the call's shape. A derived class overrides one method. A call that
/// completes at once costs no allocation here, because the call is handed on as a struct and not as a delegate.
/// </summary>
internal abstract class CallInterceptor : Interceptor
{
    public sealed override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        AroundAsync<UnaryCall<TRequest, TResponse>, TRequest, TResponse>(new(request, context, continuation), request, context);

    public sealed override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        AroundAsync<ClientStreamingCall<TRequest, TResponse>, TRequest, TResponse>(
            new(requestStream, context, continuation), request: null, context);

    public sealed override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        AroundAsync<ServerStreamingCall<TRequest, TResponse>, TRequest, object?>(
            new(request, responseStream, context, continuation), request, context);

    public sealed override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        AroundAsync<DuplexStreamingCall<TRequest, TResponse>, TRequest, object?>(
            new(requestStream, responseStream, context, continuation), request: null, context);

    /// <param name="call">The rest of the call: the interceptors after this one, and the method.</param>
    /// <param name="request">The message; null where messages come one by one.</param>
    /// <param name="context">The call's context.</param>
    /// <returns>The answer; null where messages go out one by one.</returns>
    protected abstract Task<TAnswer> AroundAsync<TCall, TRequest, TAnswer>(TCall call, TRequest? request, ServerCallContext context)
        where TCall : struct, ICall<TAnswer>
        where TRequest : class;

    /// <summary>The rest of a call. It runs once.</summary>
    protected interface ICall<TAnswer>
    {
        Task<TAnswer> RunAsync();
    }

    private readonly record struct UnaryCall<TRequest, TResponse>(
        TRequest Request, ServerCallContext Context, UnaryServerMethod<TRequest, TResponse> Continuation) : ICall<TResponse>
        where TRequest : class
        where TResponse : class
    {
        public Task<TResponse> RunAsync() => Continuation(Request, Context);
    }

    private readonly record struct ClientStreamingCall<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> Requests, ServerCallContext Context, ClientStreamingServerMethod<TRequest, TResponse> Continuation)
        : ICall<TResponse>
        where TRequest : class
        where TResponse : class
    {
        public Task<TResponse> RunAsync() => Continuation(Requests, Context);
    }

    private readonly record struct ServerStreamingCall<TRequest, TResponse>(
        TRequest Request, IServerStreamWriter<TResponse> Responses, ServerCallContext Context,
        ServerStreamingServerMethod<TRequest, TResponse> Continuation) : ICall<object?>
        where TRequest : class
        where TResponse : class
    {
        public async Task<object?> RunAsync()
        {
            await Continuation(Request, Responses, Context);
            return null;
        }
    }

    private readonly record struct DuplexStreamingCall<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> Requests, IServerStreamWriter<TResponse> Responses, ServerCallContext Context,
        DuplexStreamingServerMethod<TRequest, TResponse> Continuation) : ICall<object?>
        where TRequest : class
        where TResponse : class
    {
        public async Task<object?> RunAsync()
        {
            await Continuation(Requests, Responses, Context);
            return null;
        }
    }
}
