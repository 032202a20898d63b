using System.Net;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Syntha.Server.Credentials;

namespace Syntha.Server.Admission;

/// <summary>
/// Decides who may call what. It is the room's main type. It checks first who calls, then what the credential opens, then how often the user
/// calls. The mesh decides what a call may do with single items and topics.
/// </summary>
internal sealed class CallAdmission(
    UserIdRule rule, IOptions<CredentialOptions> authentication, Sessions sessions, RateLimits rates,
    Erasures erasures, TimeProvider time, IHostApplicationLifetime lifetime)
{
    public const string UserIdHeader = "user-id";

    private readonly bool needsCredentials = authentication.Value.IsOn;

    /// <summary>Admits a call and sets its <see cref="Caller"/>, or throws.</summary>
    /// <param name="http">The call.</param>
    /// <param name="request">The call's message; null when messages come one by one.</param>
    /// <exception cref="MeshException">NODE_DRAINING, CREDENTIALS_INVALID, USER_…, AGENT_MISMATCH, OPERATOR_REQUIRED,
    /// RATE_LIMITED.</exception>
    public ValueTask AdmitAsync<TRequest>(HttpContext http, TRequest? request)
        where TRequest : class
    {
        var realm = Realm.Of(http);
        if (realm.IsOpen)
        {
            return ValueTask.CompletedTask;
        }

        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw new MeshException(ErrorReason.NodeDraining, "The server is shutting down; call another one, or this one when it is back.")
            {
                RetryAfter = TimeSpan.FromSeconds(1),
            };
        }
        // Null means that the call is about no user. A missing user id is the empty text, so that it can never count as null.
        var user = realm.HasUser ? UserIdIn(http) : null;
        var secret = needsCredentials ? http.Request.Headers.Authorization.ToString() : null;
        var connection = sessions.On(http);
        if (connection.Find(secret, user) is { } caller && !caller.IsEnded(time))
        {
            Enter(http, realm, caller, request);
            return ValueTask.CompletedTask;
        }
        connection.Remove(secret, user);
        return new(FirstAsync(http, realm, connection, secret, user, request));
    }

    private static string UserIdIn(HttpContext http)
    {
        // Read from the HTTP headers, because reading all of them into gRPC metadata costs a tenth of a small call.
        var values = http.Request.Headers[UserIdHeader];
        if (values.Count > 1)
        {
            throw new MeshException(ErrorReason.UserIdMissing, "The call carries more than one user id; send the metadata `user-id` once.");
        }

        return values.Count == 0 ? "" : values[0] ?? "";
    }

    private async Task FirstAsync<TRequest>(
        HttpContext http, Realm realm, ConnectionCallers connection, string? secret, string? userId, TRequest? request)
        where TRequest : class
    {
        Claim.Set(http, userId, null);
        var credential = needsCredentials ? await AuthenticateAsync(http) : null;
        Claim.Set(http, userId, credential?.Id);
        var user = realm.HasUser ? rule.Parse(userId) : (UserId?)null;
        if (credential is not null && user is not null && credential.User != user)
        {
            throw new MeshException(ErrorReason.UserMismatch, "The `user-id` is not that of the credential.");
        }

        var caller = new Caller(user, credential, AddressOf(http.Connection), time.GetUtcNow());
        Demand(http, realm, caller, request);
        caller = connection.Add(secret, userId, caller);
        // After the caller was added. So the user is either known to be erased here, or the mirror finds the caller when it hears of it.
        if (caller.Credential is { } entering && erasures.Refuses(entering))
        {
            connection.Remove(secret, userId);
            throw Credential.Invalid();
        }

        Enter(http, realm, caller, request);
    }

    private void Enter<TRequest>(HttpContext http, Realm realm, Caller caller, TRequest? request)
        where TRequest : class
    {
        try
        {
            Demand(http, realm, caller, request);
            if (realm.HasUser)
            {
                rates.Demand(caller.User);
            }
        }
        catch (MeshException)
        {
            Claim.Set(http, caller.HasUser ? caller.User.Value : null, caller.AuditId);
            throw;
        }
        http.Features.Set(caller);
    }

    private static string AddressOf(ConnectionInfo connection) =>
        connection.RemoteIpAddress is { } address ? new IPEndPoint(address, connection.RemotePort).ToString() : "";

    private static async Task<Credential> AuthenticateAsync(HttpContext http)
    {
        var result = await http.AuthenticateAsync(CredentialsSetup.Scheme);
        return result.Succeeded && result.Principal.Identity is CredentialIdentity identity
            ? identity.Credential
            : throw Credential.Invalid();
    }

    private static void Demand<TRequest>(HttpContext http, Realm realm, Caller caller, TRequest? request)
        where TRequest : class
    {
        if (caller.Credential is not { } credential)
        {
            return;
        }

        if (realm == Realm.Operator && credential.Scope != CredentialScope.Operator)
        {
            throw new MeshException(ErrorReason.OperatorRequired, "Administration opens for an operator's credential only.");
        }

        if (!realm.HasUser || credential.Agent is not { } agent)
        {
            return;
        }

        if (realm != Realm.Agent || request is null)
        {
            throw new MeshException(
                ErrorReason.OwnerRequired,
                "Only the owner may make this call. The credential is limited to an agent, and opens ToolHandler only.");
        }

        if (AgentNamed.In(request) != agent.Value)
        {
            throw new MeshException(
                ErrorReason.AgentMismatch, "The credential is limited to another agent than the one that the call names.");
        }

        AgentRights.Check(credential, http.Request.Path.Value!, request);
    }
}
