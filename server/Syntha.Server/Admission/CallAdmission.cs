using System.Net;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Syntha.Server.Credentials;

namespace Syntha.Server.Admission;

/// <summary>
/// Decides who may call what. It is the room's main type. It checks first who calls, then what the credential opens, then how often the
/// user calls: all this from the headers, before the message is read. Where the credential is limited to an agent, the message is checked
/// as soon as it is read. The mesh decides what a call may do with single items and topics.
/// </summary>
internal sealed class CallAdmission(
    UserIdRule rule, IOptions<CredentialOptions> authentication, RateLimits rates, Erasures erasures, TimeProvider time,
    IHostApplicationLifetime lifetime, IServiceProvider services)
{
    public const string UserIdHeader = "user-id";

    // A caller who names no user, and is admitted as the credential's user, is remembered under this. No header can hold it.
    private const string CredentialsUser = "\0";

    private readonly bool needsCredentials = authentication.Value.IsOn;

    /// <summary>NODE_DRAINING: the server stops.</summary>
    public static MeshException Draining() =>
        new(ErrorReason.NodeDraining, "The server is shutting down; call another one, or this one when it is back.")
        {
            RetryAfter = TimeSpan.FromSeconds(1),
        };

    /// <summary>Admits a call by its headers and sets its <see cref="Caller"/>.</summary>
    /// <param name="http">The call.</param>
    /// <param name="connection">Its connection.</param>
    /// <param name="realm">What the call opens.</param>
    /// <param name="mayOmitUser">Whether a call without a user id is that of the credential's user.</param>
    /// <returns>The refusal: NODE_DRAINING, CREDENTIALS_INVALID, USER_…, OPERATOR_REQUIRED, OWNER_REQUIRED, RATE_LIMITED. Null: the call
    /// is admitted. It is a result and not thrown, because strangers can cause it as often as they like.
    /// </returns>
    public ValueTask<MeshException?> AdmitAsync(
        HttpContext http, OpenConnection connection, Realm realm, bool mayOmitUser = false)
    {
        if (realm.IsOpen)
        {
            return default;
        }

        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return new(Draining());
        }
        // Null means that the call is about no user. A missing user id is the empty text, so that it can never count as null.
        string? user = null;
        if (realm.HasUser)
        {
            // Read from the HTTP headers, because reading all of them into gRPC metadata costs a tenth of a small call.
            var values = http.Request.Headers[UserIdHeader];
            if (values.Count > 1)
            {
                return new(new MeshException(
                    ErrorReason.UserIdMissing, "The call carries more than one user id; send the metadata `user-id` once."));
            }

            user = values.Count > 0 ? values[0] ?? "" : mayOmitUser && needsCredentials ? CredentialsUser : "";
        }
        var secret = needsCredentials ? http.Request.Headers.Authorization.ToString() : null;
        if (connection.Callers.Find(secret, user) is { } caller && !caller.IsEnded(time))
        {
            return new(Enter(http, realm, caller));
        }
        connection.Callers.Remove(secret, user);
        return FirstAsync(http, realm, connection, secret, user);
    }

    /// <summary>Holds a credential that is limited to an agent to what the call's message says.</summary>
    /// <param name="http">The call, which was admitted.</param>
    /// <param name="request">The call's message; null when messages come one by one.</param>
    /// <exception cref="MeshException">AGENT_MISMATCH, OWNER_REQUIRED, TOOL_NOT_ALLOWED.</exception>
    public static void DemandAgent<TRequest>(HttpContext http, TRequest? request)
        where TRequest : class
    {
        var realm = Realm.Of(http);
        if (realm.IsOpen)
        {
            return;
        }

        // It fails closed: a method that was reached on another way than by the gate serves no call.
        var caller = Caller.Of(http);
        if (!realm.HasUser || caller.Credential is not { Agent: { } agent } credential)
        {
            return;
        }

        if (request is null)
        {
            throw OwnerRequired();
        }

        if (AgentNamed.In(request) != agent.Value)
        {
            throw new MeshException(
                ErrorReason.AgentMismatch, "The credential is limited to another agent than the one that the call names.");
        }

        AgentRights.Check(credential, http.Request.Path.Value!, request);
    }

    private async ValueTask<MeshException?> FirstAsync(
        HttpContext http, Realm realm, OpenConnection connection, string? secret, string? userId)
    {
        Claim.Set(http, userId == CredentialsUser ? null : userId, null);
        try
        {
            var credential = needsCredentials ? await FindCredentialAsync(http) : null;
            if (needsCredentials && credential is null)
            {
                return Credential.Invalid();
            }

            // An operator's credential has no user, so that such a call lacks one.
            var named = userId == CredentialsUser ? credential!.User?.Value ?? "" : userId;
            Claim.Set(http, named ?? credential?.User?.Value, credential?.Id);
            var user = realm.HasUser ? rule.Parse(named) : (UserId?)null;
            if (credential is not null && user is not null && credential.User != user)
            {
                return new(ErrorReason.UserMismatch, "The `user-id` is not that of the credential.");
            }

            var caller = new Caller(user, credential, AddressOf(http.Connection), time.GetUtcNow(), services);
            if (RefusalOf(realm, caller) is { } refusal)
            {
                return refusal;
            }

            var known = connection.Callers.Add(secret, userId, caller);
            // After the caller was added. So the user is known to be erased here, or the mirror finds the caller when it hears of it.
            if (known.Credential is { } entering && erasures.Refuses(entering))
            {
                connection.Callers.Remove(secret, userId);
                return Credential.Invalid();
            }

            if (!connection.TryProve(user?.Value))
            {
                connection.Callers.Remove(secret, userId);
                return TooManyConnections();
            }

            return Enter(http, realm, known);
        }
        catch (MeshException malformed)
        {
            return malformed;
        }
    }

    private MeshException? Enter(HttpContext http, Realm realm, Caller caller)
    {
        var refusal = RefusalOf(realm, caller) ?? (realm.HasUser ? rates.RefusalOf(caller) : null);
        if (refusal is null)
        {
            caller.Enter(http);
        }
        else
        {
            Claim.Set(http, caller.HasUser ? caller.User.Value : caller.Credential?.User?.Value, caller.AuditId);
        }

        return refusal;
    }

    private static MeshException TooManyConnections() =>
        new(ErrorReason.RateLimited, "The user has too many connections open. One connection carries many calls.")
        {
            RetryAfter = TimeSpan.FromSeconds(1),
        };

    private static string AddressOf(ConnectionInfo connection) =>
        connection.RemoteIpAddress is { } address ? new IPEndPoint(address, connection.RemotePort).ToString() : "";

    private static async ValueTask<Credential?> FindCredentialAsync(HttpContext http)
    {
        var result = await http.AuthenticateAsync(CredentialsSetup.Scheme);
        return result.Succeeded && result.Principal.Identity is CredentialIdentity identity ? identity.Credential : null;
    }

    private static MeshException? RefusalOf(Realm realm, Caller caller) => caller.Credential is not { } credential ? null
        : realm == Realm.Operator && credential.Scope != CredentialScope.Operator
            ? new(ErrorReason.OperatorRequired, "Administration opens for an operator's credential only.")
        : realm.HasUser && realm != Realm.Agent && credential.Agent is not null ? OwnerRequired()
        : null;

    private static MeshException OwnerRequired() => new(
        ErrorReason.OwnerRequired,
        "Only the owner may make this call. The credential is limited to an agent, and opens ToolHandler only.");
}
