using Google.Protobuf;

using Grpc.Core;

namespace Syntha.Client;

/// <summary>
/// One user's calls and streams: each carries the user's <c>user-id</c>. A stream has no deadline. Thread-safe: the metadata does not
/// change after construction.
/// </summary>
internal sealed class UserCalls
{
    internal const string UserIdMetadata = "user-id";

    private readonly ServerCalls server;
    private readonly Metadata headers;

    internal UserCalls(ServerCalls server, string userId)
    {
        this.server = server;
        UserId = CheckedUserId(userId);
        headers = new Metadata { { UserIdMetadata, UserId } };
        Mesh = new(server.Invoker);
        Tools = new(server.Invoker);
    }

    internal string UserId { get; }

    internal SynthaClientOptions Options => server.Options;

    internal V1.ContextMesh.ContextMeshClient Mesh { get; }

    internal V1.ToolHandler.ToolHandlerClient Tools { get; }

    internal Task<TResponse> ReadAsync<TRequest, TResponse>(
        Func<TRequest, CallOptions, AsyncUnaryCall<TResponse>> method,
        TRequest request,
        CancellationToken cancellationToken)
        where TRequest : IMessage => server.CallAsync(method, request, headers, requestId: null, cancellationToken);

    /// <param name="method">The method to call.</param>
    /// <param name="request">The request. It carries the id already.</param>
    /// <param name="requestId">The request's id. <see langword="null"/>: this kind of write has none, and is never repeated.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    internal Task<TResponse> WriteAsync<TRequest, TResponse>(
        Func<TRequest, CallOptions, AsyncUnaryCall<TResponse>> method,
        TRequest request,
        Guid? requestId,
        CancellationToken cancellationToken)
        where TRequest : IMessage => server.CallAsync(method, request, headers, requestId, cancellationToken);

    /// <summary>Opens a stream, over the connections of streams.</summary>
    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    internal StreamCall Subscribe(V1.SubscribeRequest request, CancellationToken cancellationToken) =>
        new(new V1.ContextMesh.ContextMeshClient(server.Streams.Invoker).Subscribe(request, StreamOptions(cancellationToken)));

    /// <inheritdoc cref="Subscribe"/>
    internal StreamCall SubscribeToTopics(V1.SubscribeToTopicsRequest request, CancellationToken cancellationToken) =>
        new(new V1.ToolHandler.ToolHandlerClient(server.Streams.Invoker).SubscribeToTopics(request, StreamOptions(cancellationToken)));

    /// <summary>Opens a wait in line, over the connections of streams.</summary>
    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    internal AsyncServerStreamingCall<V1.AwaitClaimResponse> AwaitClaim(
        V1.AwaitClaimRequest request, bool isAgentsService, CancellationToken cancellationToken) => isAgentsService
            ? new V1.ToolHandler.ToolHandlerClient(server.Streams.Invoker).AwaitClaim(request, StreamOptions(cancellationToken))
            : new V1.ContextMesh.ContextMeshClient(server.Streams.Invoker).AwaitClaim(request, StreamOptions(cancellationToken));

    /// <summary>Makes sure that the server knows claims: another one would ignore a guard on a claim, and write without it.</summary>
    /// <exception cref="NotSupportedException">It does not.</exception>
    internal ValueTask DemandClaimsAsync(ClaimToken? guard, CancellationToken cancellationToken) =>
        guard is null ? ValueTask.CompletedTask : server.DemandAsync(V1.ServerFeature.Claims, cancellationToken);

    /// <exception cref="ObjectDisposedException">The client was disposed, so that another attempt cannot succeed.</exception>
    internal void ThrowIfStreamsClosed() => server.Streams.ThrowIfDisposed();

    internal SynthaException FailureOf(RpcException exception) => server.FailureOf(exception, requestId: null);

    private CallOptions StreamOptions(CancellationToken cancellationToken) => new(headers, cancellationToken: cancellationToken);

    // This refuses only what HTTP/2 metadata cannot carry. The pattern of a user id is the server's to check.
    private static string CheckedUserId(string userId)
    {
        ArgumentException.ThrowIfNullOrEmpty(userId);
        foreach (var character in userId)
        {
            if (character is < '!' or > '~')
            {
                throw new ArgumentException(
                    $"The user id has the character U+{(int)character:X4}. It travels as metadata: use visible ASCII characters only.",
                    nameof(userId));
            }
        }

        return userId;
    }
}
