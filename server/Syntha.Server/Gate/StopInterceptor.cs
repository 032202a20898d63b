using Grpc.Core;
using Grpc.Core.Interceptors;
using Syntha.Server.Admission;

namespace Syntha.Server.Gate;

/// <summary>
/// Ends calls that wait for their client's next message when the server stops: reflection and imports. The call fails with NODE_DRAINING,
/// so that what it did is undone and its audit entry is written before the server goes.
/// </summary>
internal sealed class StopInterceptor(IHostApplicationLifetime lifetime) : Interceptor
{
    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        continuation(new StoppingReader<TRequest>(requestStream, context, lifetime.ApplicationStopping), context);

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        continuation(new StoppingReader<TRequest>(requestStream, context, lifetime.ApplicationStopping), responseStream, context);

    private sealed class StoppingReader<T>(IAsyncStreamReader<T> inner, ServerCallContext context, CancellationToken stopping)
        : IAsyncStreamReader<T>
    {
        public T Current => inner.Current;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping);
            try
            {
                return await inner.MoveNext(either.Token);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                OpenConnections.Of(context.GetHttpContext()).EndSoon();
                throw CallAdmission.Draining();
            }
        }
    }
}
