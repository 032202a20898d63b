using Grpc.Core;

namespace Syntha.Client.Transport;

/// <summary>
/// One user's way to the server, and the only place that makes calls: each carries the user's <c>user-id</c>, a deadline (unless it is a
/// stream) and the caller's token, and fails with a <see cref="SynthaException"/>. Thread-safe: the metadata is never changed after
/// construction.
/// </summary>
internal sealed class UserCalls
{
    internal const string UserIdMetadata = "user-id";

    private readonly Uri address;
    private readonly Metadata headers;
    private readonly StreamChannel streams;

    internal UserCalls(CallInvoker invoker, StreamChannel streams, Uri address, string userId, SynthaClientOptions options)
    {
        this.address = address;
        this.streams = streams;
        Options = options;
        UserId = CheckedUserId(userId);
        headers = new Metadata { { UserIdMetadata, UserId } };
        Mesh = new(invoker);
        Tools = new(invoker);
    }

    internal string UserId { get; }

    internal SynthaClientOptions Options { get; }

    internal V1.ContextMesh.ContextMeshClient Mesh { get; }

    internal V1.ToolHandler.ToolHandlerClient Tools { get; }

    internal Task<TResponse> ReadAsync<TRequest, TResponse>(
        Func<TRequest, CallOptions, AsyncUnaryCall<TResponse>> method,
        TRequest request,
        CancellationToken cancellationToken) => CallAsync(method, request, requestId: null, cancellationToken);

    /// <param name="method">The method to call.</param>
    /// <param name="request">The request, which carries the id already.</param>
    /// <param name="requestId">The request's id: what the caller needs to repeat a write whose outcome is unknown.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    internal Task<TResponse> WriteAsync<TRequest, TResponse>(
        Func<TRequest, CallOptions, AsyncUnaryCall<TResponse>> method,
        TRequest request,
        Guid requestId,
        CancellationToken cancellationToken) => CallAsync(method, request, requestId, cancellationToken);

    /// <summary>Opens a stream, over the connections of streams.</summary>
    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    internal StreamCall Subscribe(V1.SubscribeRequest request, CancellationToken cancellationToken) => StreamCall.Of(
        new V1.ContextMesh.ContextMeshClient(streams.Invoker).Subscribe(request, StreamOptions(cancellationToken)),
        static response => response.Message);

    /// <inheritdoc cref="Subscribe"/>
    internal StreamCall SubscribeToTopics(V1.SubscribeToTopicsRequest request, CancellationToken cancellationToken) => StreamCall.Of(
        new V1.ToolHandler.ToolHandlerClient(streams.Invoker).SubscribeToTopics(request, StreamOptions(cancellationToken)),
        static response => response.Message);

    /// <exception cref="ObjectDisposedException">The client was disposed: no other attempt will do.</exception>
    internal void ThrowIfStreamsClosed() => streams.ThrowIfDisposed();

    internal SynthaException FailureOf(RpcException exception) =>
        SynthaException.From(Failure.Of(exception, requestId: null, address, Options.CallTimeout));

    private CallOptions StreamOptions(CancellationToken cancellationToken) => new(headers, cancellationToken: cancellationToken);

    private async Task<TResponse> CallAsync<TRequest, TResponse>(
        Func<TRequest, CallOptions, AsyncUnaryCall<TResponse>> method,
        TRequest request,
        Guid? requestId,
        CancellationToken cancellationToken)
    {
        DateTime? deadline = Options.CallTimeout is { } timeout ? TimeProvider.System.GetUtcNow().UtcDateTime + timeout : null;
        try
        {
            using var call = method(request, new CallOptions(headers, deadline, cancellationToken));
            return await call.ResponseAsync.ConfigureAwait(false);
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.Cancelled && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException("The call was cancelled by the caller.", exception, cancellationToken);
        }
        catch (RpcException exception)
        {
            throw SynthaException.From(Failure.Of(exception, requestId, address, Options.CallTimeout));
        }
    }

    /// <summary>Only what HTTP/2 metadata cannot carry is refused here; the pattern of a user id is the server's.</summary>
    private static string CheckedUserId(string userId)
    {
        ArgumentException.ThrowIfNullOrEmpty(userId);
        foreach (var character in userId)
        {
            if (character is < '!' or > '~')
            {
                throw new ArgumentException(
                    $"A user id travels as metadata and holds visible ASCII characters only; this one has U+{(int)character:X4}.",
                    nameof(userId));
            }
        }

        return userId;
    }
}
