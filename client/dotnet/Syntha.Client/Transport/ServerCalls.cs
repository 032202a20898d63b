using Google.Protobuf;

using Grpc.Core;

namespace Syntha.Client;

/// <summary>
/// The way to one server, and the only place that makes unary calls. Each call has a deadline and the caller's token, and fails with a
/// <see cref="SynthaException"/>. It is made again where <see cref="Attempts"/> says so. Thread-safe.
/// </summary>
internal sealed class ServerCalls(CallInvoker invoker, StreamChannel streams, Uri address, SynthaClientOptions options)
{
    // What the server has told. Null: nothing yet. A server that is replaced by an older one is not noticed.
    private volatile IReadOnlyList<V1.ServerFeature>? features;

    internal CallInvoker Invoker => invoker;

    internal StreamChannel Streams => streams;

    internal SynthaClientOptions Options => options;

    /// <param name="method">The method to call.</param>
    /// <param name="request">The request.</param>
    /// <param name="headers">The metadata of the call. It is not changed.</param>
    /// <param name="requestId">The id that a write carries. It goes into the failure, so that the caller can repeat the write.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    internal async Task<TResponse> CallAsync<TRequest, TResponse>(
        Func<TRequest, CallOptions, AsyncUnaryCall<TResponse>> method,
        TRequest request,
        Metadata? headers,
        Guid? requestId,
        CancellationToken cancellationToken)
        where TRequest : IMessage
    {
        DateTime? deadline = options.CallTimeout is { } timeout ? TimeProvider.System.GetUtcNow().UtcDateTime + timeout : null;
        Attempts? attempts = null;
        while (true)
        {
            SynthaException failure;
            try
            {
                using var call = method(request, new CallOptions(headers, deadline, cancellationToken));
                return await call.ResponseAsync.ConfigureAwait(false);
            }
            catch (RpcException exception) when (exception.StatusCode == StatusCode.Cancelled && cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException("The caller cancelled the call.", exception, cancellationToken);
            }
            catch (RpcException exception)
            {
                failure = FailureOf(exception, requestId);
            }

            attempts ??= new(options, RetryRule.AllowsRepeating<TRequest>());
            if (streams.IsDisposed || attempts.DelayAfter(failure) is not { } delay)
            {
                throw failure;
            }

            await Task.Delay(delay, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Asks the server once whether it has a feature on which the safety of a write depends.</summary>
    /// <exception cref="NotSupportedException">It has not.</exception>
    internal async ValueTask DemandAsync(V1.ServerFeature feature, CancellationToken cancellationToken)
    {
        if (features is not { } known)
        {
            var info = await CallAsync(
                new V1.Discovery.DiscoveryClient(invoker).GetServerInfoAsync, new V1.GetServerInfoRequest(), headers: null, requestId: null,
                cancellationToken).ConfigureAwait(false);
            features = known = info.Features;
        }

        if (!known.Contains(feature))
        {
            throw new NotSupportedException($"The server at {address} is too old: it does not know {feature}, and would ignore it.");
        }
    }

    internal SynthaException FailureOf(RpcException exception, Guid? requestId) =>
        SynthaException.From(Failure.Of(exception, requestId, address, options));
}
