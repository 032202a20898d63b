using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Syntha.Server.Wire;

/// <summary>
/// Turns whatever a call throws into a status. Domain errors carry their text to the caller; of anything else the caller learns nothing
/// but that it happened.
/// </summary>
internal sealed partial class FaultInterceptor(ILogger<FaultInterceptor> logger) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            var call = continuation(request, context);
            return call.IsCompletedSuccessfully ? call : AwaitAsync(call, context);
        }
        catch (Exception fault) when (fault is not RpcException)
        {
            throw Explain(fault, context);
        }
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(requestStream, context);
        }
        catch (Exception fault) when (fault is not RpcException)
        {
            throw Explain(fault, context);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(requestStream, responseStream, context);
        }
        catch (Exception fault) when (fault is not RpcException)
        {
            throw Explain(fault, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception fault) when (fault is not RpcException)
        {
            throw Explain(fault, context);
        }
    }

    private async Task<TResponse> AwaitAsync<TResponse>(Task<TResponse> call, ServerCallContext context)
    {
        try
        {
            return await call;
        }
        catch (Exception fault) when (fault is not RpcException)
        {
            throw Explain(fault, context);
        }
    }

    private RpcException Explain(Exception fault, ServerCallContext context)
    {
        var status = StatusOf(fault, context);
        CallTags.Add(context.GetHttpContext(), status.StatusCode, fault is MeshException { Reason: var reason } ? StatusMapper.NameOf(reason) : null);
        return status;
    }

    private RpcException StatusOf(Exception fault, ServerCallContext context)
    {
        switch (fault)
        {
            case MeshException refusal:
                if (refusal.InnerException is not null)
                {
                    LogStoreFault(context.Method, refusal.Reason, refusal);
                }

                return StatusMapper.ToRpcException(refusal);
            case OperationCanceledException when context.CancellationToken.IsCancellationRequested:
                return new RpcException(new Status(StatusCode.Cancelled, "The call was cancelled, or its deadline has passed."));
            default:
                LogUnexpected(context.Method, fault);
                return new RpcException(new Status(StatusCode.Internal, "The server failed on this call; its log says why."));
        }
    }

    [LoggerMessage(3001, LogLevel.Error, "{Method} failed: {Reason}")]
    private partial void LogStoreFault(string method, ErrorReason reason, Exception fault);

    [LoggerMessage(3002, LogLevel.Error, "{Method} failed unexpectedly")]
    private partial void LogUnexpected(string method, Exception fault);
}
