using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Syntha.Server.Admission;
using Syntha.Server.Credentials;
using Syntha.Storage.Records;
using Syntha.V1;

namespace Syntha.Server.Operations;

/// <summary>Translates between the messages of Administration and the server's types.</summary>
internal static class AdministrationForms
{
    private const int MaxLabelLength = 100;

    /// <summary>Makes the record of a new key. The record holds the hash of the secret, and not the secret.</summary>
    /// <exception cref="MeshException">ARGUMENT_INVALID, USER_ID_…, AGENT_INVALID.</exception>
    public static ApiKeyRecord NewKey(CreateApiKeyRequest request, ApiKeyText text, UserIdRule rule, DateTimeOffset now)
    {
        var (hasUser, hasAgent) = request.Scope switch
        {
            KeyScope.Operator => (false, false),
            KeyScope.User => (true, false),
            KeyScope.Agent => (true, true),
            _ => throw Invalid("scope", "Choose whose calls the key opens: an operator's, a user's or an agent's."),
        };
        if (!hasUser && request.UserId.Length > 0)
        {
            throw Invalid("user_id", "An operator's key belongs to no user.");
        }

        if (hasAgent != request.HasAgent)
        {
            throw Invalid("agent", "An agent's key needs the name of its agent, and no other key may name an agent.");
        }

        var role = Mapping.FromWire.Role(request.Role, ErrorReason.ArgumentInvalid);
        if (role is not null && !hasAgent)
        {
            throw Invalid("role", "Only an agent's key has a role.");
        }

        if (request.Label.Length > MaxLabelLength || request.Label.Any(char.IsControl))
        {
            throw Invalid("label", $"A label has at most {MaxLabelLength} characters and no control characters.");
        }

        var expiresAt = request.ExpireTime is { } time ? ReadMoment(time, "expire_time") : (DateTimeOffset?)null;
        if (expiresAt <= now)
        {
            throw Invalid("expire_time", "The expire time has passed already.");
        }

        return new(
            text.Id, text.Hash(), hasUser ? rule.Parse(request.UserId) : null, hasAgent ? AgentName.Parse(request.Agent) : null,
            role, request.Label, now, expiresAt, RevokedAt: null);
    }

    public static ApiKey ToWire(ApiKeyRecord key)
    {
        var answer = new ApiKey
        {
            Id = key.Id,
            Scope = key.User is null ? KeyScope.Operator : key.Agent is null ? KeyScope.User : KeyScope.Agent,
            UserId = key.User?.Value ?? "",
            Label = key.Label,
            CreateTime = Timestamp.FromDateTimeOffset(key.CreatedAt),
            ExpireTime = key.ExpiresAt is { } expiry ? Timestamp.FromDateTimeOffset(expiry) : null,
            RevokeTime = key.RevokedAt is { } revoked ? Timestamp.FromDateTimeOffset(revoked) : null,
        };
        if (key.Agent is { } agent)
        {
            answer.Agent = agent.Value;
        }

        answer.Role = Mapping.ToWire.Role(key.Role);
        return answer;
    }

    public static Session ToWire(Caller caller, IReadOnlyDictionary<Caller, long> lags)
    {
        var answer = new Session
        {
            UserId = caller.HasUser ? caller.User.Value : "",
            CredentialId = caller.Credential?.Id ?? "",
            ClientAddress = caller.Address,
            StartTime = Timestamp.FromDateTimeOffset(caller.Since),
            LiveStreams = caller.Streams,
            StreamLag = lags.GetValueOrDefault(caller),
        };
        if (caller.Credential?.Agent is { } agent)
        {
            answer.Agent = agent.Value;
        }

        return answer;
    }

    /// <summary>A place in a list that is ordered by time, and by name among entries of the same time.</summary>
    public static string WritePlace(DateTimeOffset at, string name) =>
        string.Create(CultureInfo.InvariantCulture, $"{at.UtcTicks:D19} {name}");

    /// <summary>A text that is looked for in a store. PostgreSQL takes no U+0000.</summary>
    /// <exception cref="MeshException">ARGUMENT_INVALID.</exception>
    public static string Text(string text, string field) =>
        text.Contains('\0', StringComparison.Ordinal) ? throw Invalid(field, "The text contains U+0000.") : text;

    public static MeshException Invalid(string field, string why) => Mapping.FromWire.Invalid(field, why);

    public static DateTimeOffset ReadMoment(Timestamp time, string field)
    {
        try
        {
            return time.ToDateTimeOffset();
        }
        catch (InvalidOperationException)
        {
            throw Invalid(field, "The time is not a valid timestamp.");
        }
    }
}
