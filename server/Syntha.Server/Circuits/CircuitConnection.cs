using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Syntha.Page.Access;
using Syntha.Server.Admission;
using Syntha.Server.Doors;

namespace Syntha.Server.Circuits;

/// <summary>
/// The connection of an open page. A page outlives its socket, which browsers lose and open again. So its calls count for a connection of
/// their own, which operators see among the sessions. Thread-safe.
/// </summary>
internal sealed class CircuitConnection : IPageConnection
{
    private readonly OpenConnections connections;
    private readonly IServiceScopeFactory scopes;
    private readonly string? secret;
    private readonly IPEndPoint? from;
    private readonly DefaultConnectionContext inner = new();
    private readonly OpenConnection open;

    public CircuitConnection(
        DoorCalls doors, OpenConnections connections, IServiceScopeFactory scopes, string? secret, IPEndPoint? from, Action closed)
    {
        (Doors, this.connections, this.scopes, this.secret, this.from) = (doors, connections, scopes, secret, from);
        inner.RemoteEndPoint = from;
        inner.ConnectionClosed.Register(closed);
        open = connections.EnterWithin(inner);
    }

    public DoorCalls Doors { get; }

    public CallInvoker For(string? user) => new DoorCallInvoker(this, user);

    /// <summary>A request for one call. It ends with the page.</summary>
    public Call MakeCall(string? user, CancellationToken cancellationToken)
    {
        var request = new HttpRequestFeature { Protocol = HttpProtocol.Http2, Scheme = "http", Method = HttpMethods.Post };
        if (user is not null)
        {
            request.Headers[CallAdmission.UserIdHeader] = user;
        }

        if (secret is not null)
        {
            request.Headers.Authorization = $"Bearer {secret}";
        }

        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(request);
        features.Set<IHttpResponseFeature>(new HttpResponseFeature());
        features.Set<IHttpConnectionFeature>(new HttpConnectionFeature { RemoteIpAddress = from?.Address, RemotePort = from?.Port ?? 0 });
        features.Set(open);
        return new(new DefaultHttpContext(features) { ServiceScopeFactory = scopes }, inner.ConnectionClosed, cancellationToken);
    }

    public void Dispose()
    {
        connections.LeaveWithin(open);
        inner.Abort();
    }

    /// <summary>A request for one call, with what was made for it.</summary>
    public sealed class Call : IAsyncDisposable
    {
        private readonly CancellationTokenSource ended;

        public Call(DefaultHttpContext http, CancellationToken closed, CancellationToken cancelled)
        {
            (Http, ended) = (http, CancellationTokenSource.CreateLinkedTokenSource(closed, cancelled));
            Http.Features.Set<IHttpRequestLifetimeFeature>(new Lifetime(ended));
        }

        public DefaultHttpContext Http { get; }

        public async ValueTask DisposeAsync()
        {
            // The scope that proved the credential. Most calls have none.
            if (Http.Features.Get<IServiceProvidersFeature>() is IAsyncDisposable scope)
            {
                await scope.DisposeAsync();
            }

            ended.Dispose();
        }

        private sealed class Lifetime(CancellationTokenSource ended) : IHttpRequestLifetimeFeature
        {
            public CancellationToken RequestAborted { get; set; } = ended.Token;

            public void Abort() => ended.Cancel();
        }
    }
}
