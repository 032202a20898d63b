using Grpc.Core;

namespace Syntha.Server.Wire;

/// <summary>
/// Turns every exception of a call into a status. An error of the domain carries its text to the caller. Of any other exception the caller
/// learns only that it happened; the log has the rest.
/// </summary>
internal sealed partial class FaultInterceptor(ILogger<FaultInterceptor> logger) : CallInterceptor
{
    protected override Task<TAnswer> AroundAsync<TCall, TRequest, TAnswer>(TCall call, TRequest? request, ServerCallContext context)
        where TRequest : class
    {
        try
        {
            var running = call.RunAsync();
            return running.IsCompletedSuccessfully ? running : AwaitAsync(running, context);
        }
        catch (Exception fault) when (fault is not RpcException)
        {
            throw Explain(fault, context);
        }
    }

    private async Task<TAnswer> AwaitAsync<TAnswer>(Task<TAnswer> call, ServerCallContext context)
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
        var reason = (fault as MeshException)?.Reason;
        CallTags.Add(context.GetHttpContext(), status.StatusCode, reason is { } known ? StatusMapper.NameOf(known) : null);
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
