using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Syntha.Server.Admission;

/// <summary>Has each call admitted before anything else happens.</summary>
internal sealed class CallerInterceptor(CallAdmission admission) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        var admitted = admission.AdmitAsync(context.GetHttpContext(), request);
        return admitted.IsCompletedSuccessfully ? continuation(request, context) : AdmitFirstAsync(admitted, request, context, continuation);
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await admission.AdmitAsync<TRequest>(context.GetHttpContext(), request: null);
        return await continuation(requestStream, context);
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await admission.AdmitAsync(context.GetHttpContext(), request);
        await continuation(request, responseStream, context);
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await admission.AdmitAsync<TRequest>(context.GetHttpContext(), request: null);
        await continuation(requestStream, responseStream, context);
    }

    private static async Task<TResponse> AdmitFirstAsync<TRequest, TResponse>(
        ValueTask admitted, TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        where TRequest : class
        where TResponse : class
    {
        await admitted;
        return await continuation(request, context);
    }
}
