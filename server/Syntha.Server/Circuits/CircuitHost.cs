using System.Net;
using Microsoft.Extensions.Options;
using Syntha.Page.Access;
using Syntha.Server.Admission;
using Syntha.Server.Credentials;
using Syntha.Server.Doors;

namespace Syntha.Server.Circuits;

/// <summary>
/// Serves the page: proves who signs in, bounds how many pages are open, and gives each a connection. It is the main type of the room
/// Circuits. Thread-safe.
/// </summary>
internal sealed class CircuitHost(
    DoorCalls doors, OpenConnections connections, IServiceScopeFactory scopes, IOptions<CredentialOptions> authentication,
    PageOptions options) : IPageHost
{
    private static readonly Google.Protobuf.Reflection.MethodDescriptor AnyCredential =
        V1.Discovery.Descriptor.FindMethodByName(nameof(V1.Discovery.DiscoveryBase.GetServerInfo));

    private int sockets;

    public bool NeedsCredentials => authentication.Value.IsOn;

    public async ValueTask<PageIdentity?> ProveAsync(HttpContext http, string secret)
    {
        // A call of the form's own connection, so that keys are guessed here no faster than on any other door.
        using var attempt = new CircuitConnection(doors, connections, scopes, secret, From(http), static () => { });
        await using var made = attempt.MakeCall(null, http.RequestAborted);
        var real = OpenConnections.Of(http);
        made.Http.Features.Set(real);
        var (call, _) = await doors.BeginAsync(made.Http, AnyCredential);
        if (call?.Caller.Credential is not { } credential)
        {
            return null;
        }

        call.Dispose();
        var scope = credential.Scope switch
        {
            CredentialScope.Operator => V1.KeyScope.Operator,
            CredentialScope.User => V1.KeyScope.User,
            _ => V1.KeyScope.Agent,
        };
        return new(scope, credential.User?.Value, credential.Agent?.Value, credential.Id);
    }

    public IPageConnection Connect(string? secret, IPEndPoint? from, Action closed) =>
        new CircuitConnection(doors, connections, scopes, secret, from, closed);

    /// <summary>
    /// Stands before the sockets of open pages. Other ways to hold a page open are not taken, because nothing bounds them.
    /// </summary>
    public RequestDelegate Guard(RequestDelegate next) => async http =>
    {
        if (!IsSocket(http.Request))
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        try
        {
            if (Interlocked.Increment(ref sockets) > options.MaxOpen)
            {
                http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return;
            }

            // Who is here has signed in, or need not.
            OpenConnections.Of(http).TryProve(null);
            await next(http);
        }
        finally
        {
            Interlocked.Decrement(ref sockets);
        }
    };

    // The middleware for sockets runs later, within the endpoint.
    private static bool IsSocket(HttpRequest request) =>
        HttpMethods.IsConnect(request.Method)
        || (HttpMethods.IsGet(request.Method)
            && request.Headers.Upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase));

    private static IPEndPoint? From(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } address ? new(address, http.Connection.RemotePort) : null;
}
