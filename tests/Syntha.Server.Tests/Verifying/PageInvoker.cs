using System.Collections.Concurrent;
using System.Net;
using Google.Protobuf;
using Syntha.Page.Access;

namespace Syntha.Server.Tests.Verifying;

/// <summary>
/// Makes calls of the contract as open pages do, one page for each credential. What a page has no way to say goes over gRPC. It counts
/// both.
/// </summary>
internal sealed class PageInvoker(IPageHost host, CallInvoker grpc) : CallInvoker, IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, IPageConnection> pages = new(StringComparer.Ordinal);
    private int onPage;
    private int overGrpc;

    public (int Page, int Grpc) Calls => (onPage, overGrpc);

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        For(method, request, options).AsyncUnaryCall(method, host, options, request);

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        For(method, request, options).AsyncServerStreamingCall(method, host, options, request);

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        grpc.BlockingUnaryCall(method, host, options, request);

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => grpc.AsyncClientStreamingCall(method, host, options);

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => grpc.AsyncDuplexStreamingCall(method, host, options);

    public ValueTask DisposeAsync()
    {
        foreach (var page in pages.Values)
        {
            page.Dispose();
        }

        return default;
    }

    // A page sends a credential and a user, each once, and messages that are what they say.
    private CallInvoker For<TRequest>(IMethod method, TRequest request, CallOptions options)
    {
        var headers = (options.Headers ?? []).ToList();
        var users = headers.Where(entry => entry.Key == "user-id").ToList();
        var secrets = headers.Where(entry => entry.Key == "authorization").ToList();
        if (request is not IMessage || !method.ServiceName.StartsWith("syntha.", StringComparison.Ordinal)
            || users.Count > 1 || secrets.Count > 1 || headers.Count > users.Count + secrets.Count
            || (secrets is [{ } one] && !one.Value.StartsWith("Bearer ", StringComparison.Ordinal)))
        {
            Interlocked.Increment(ref overGrpc);
            return grpc;
        }

        Interlocked.Increment(ref onPage);
        var secret = secrets is [{ } proof] ? proof.Value["Bearer ".Length..] : null;
        return pages.GetOrAdd(secret ?? "", _ => host.Connect(secret, new(IPAddress.Loopback, 50_000), static () => { }))
            .For(users is [{ } user] ? user.Value : null);
    }
}
