using Google.Protobuf.WellKnownTypes;
using Syntha.Mesh.Log;
using Syntha.Mesh.Reading;
using Syntha.Mesh.Writing;

namespace Syntha.Server.Mapping;

/// <summary>Translates claims between the contract and the domain.</summary>
internal static class ClaimMapping
{
    private const int MaxClaims = 1_000;
    private const int DefaultClaims = 100;

    /// <summary>What is claimed.</summary>
    /// <param name="write">The claim.</param>
    /// <param name="field">The field of the request that holds it.</param>
    /// <exception cref="MeshException">A part is wrong. The exception names the field.</exception>
    public static ClaimName FromWire(V1.ClaimWrite? write, string field)
    {
        if (write is null)
        {
            throw Mapping.FromWire.Invalid(field, "The request has no claim.");
        }

        var part = "name";
        try
        {
            var name = ContextKey.Parse(write.Name);
            part = "lease";
            var lease = Lease(write.Lease) ?? ClaimLimits.UsualLease;
            part = "topics";
            Mapping.FromWire.CheckCount(write.Topics.Count, ClaimLimits.MaxTopics, part);
            var topics = Mapping.FromWire.Topics(write.Topics, part);
            part = "subscribers";
            Mapping.FromWire.CheckCount(write.Subscribers.Count, ClaimLimits.MaxSubscribers, part);
            return new(name, lease, topics, [.. write.Subscribers.Select(AgentName.Parse).Distinct()]);
        }
        catch (MeshException refusal)
        {
            throw refusal.In($"{field}.{refusal.Field ?? part}");
        }
    }

    /// <summary>The wait of a caller. Without a request id the server makes the ticket.</summary>
    /// <exception cref="MeshException">A part is wrong. The exception names the field.</exception>
    public static JoinLine FromWire(V1.AwaitClaimRequest request, AgentName? actor)
    {
        var claim = FromWire(request.Claim, "claim");
        var ticket = Mapping.FromWire.Identity(request, "")?.Id ?? Guid.NewGuid();
        var grace = Span(request.Grace, "grace time", "grace", ClaimLimits.MinGrace, ClaimLimits.MaxGrace) ?? ClaimLimits.UsualGrace;
        return new(claim, ticket, grace) { Actor = actor };
    }

    /// <summary>The token of a holder.</summary>
    /// <param name="token">The token.</param>
    /// <param name="actor">Who acts. The owner may leave out the position where that is allowed.</param>
    /// <param name="mayBeOpen">Whether the owner may leave out the position.</param>
    /// <param name="field">The field of the request that holds it.</param>
    /// <exception cref="MeshException">KEY_INVALID, ARGUMENT_INVALID.</exception>
    public static FencingToken Token(V1.FencingToken? token, AgentName? actor, bool mayBeOpen, string field)
    {
        if (token is null)
        {
            throw Mapping.FromWire.Invalid(field, "The request has no token.");
        }

        var name = Mapping.FromWire.Located($"{field}.name", () => ContextKey.Parse(token.Name));
        if (token.Position is { } position)
        {
            return new(name, new Position(position.Epoch, position.Revision));
        }

        return actor is null && mayBeOpen
            ? new(name, null)
            : throw Mapping.FromWire.Invalid($"{field}.position", "The token has no position.");
    }

    /// <summary>The guard of a write. Null: it has none.</summary>
    /// <exception cref="MeshException">KEY_INVALID, ARGUMENT_INVALID.</exception>
    public static FencingToken? Guard(V1.FencingToken? token) =>
        token is null ? null : Token(token, actor: null, mayBeOpen: false, "if_claim");

    /// <exception cref="MeshException">ARGUMENT_INVALID.</exception>
    public static TimeSpan? Lease(Duration? lease) => Span(lease, "lease", "lease", ClaimLimits.MinLease, ClaimLimits.MaxLease);

    /// <exception cref="MeshException">AGENT_INVALID.</exception>
    public static AgentName? Receiver(V1.HandOverClaimRequest request) =>
        request.HasToAgent ? Mapping.FromWire.Located<AgentName?>("to_agent", () => AgentName.Parse(request.ToAgent)) : null;

    /// <exception cref="MeshException">ARGUMENT_INVALID.</exception>
    public static Guid Ticket(string ticket) =>
        Guid.TryParseExact(ticket, "D", out var parsed) || Guid.TryParseExact(ticket, "N", out parsed)
            ? parsed
            : throw Mapping.FromWire.Invalid("ticket", "The ticket is not a UUID.");

    /// <summary>A claim as a reader may see it.</summary>
    /// <param name="claim">The claim. The reader may see it.</param>
    /// <param name="epoch">The epoch of the store.</param>
    /// <param name="reader">The agent that reads. Null: the owner.</param>
    /// <param name="moment">The moment that is shown.</param>
    public static V1.Claim ToWire(ClaimRecord claim, string epoch, AgentName? reader, DateTimeOffset moment)
    {
        var answer = new V1.Claim { Name = claim.Name.Value };
        if (claim.Hold is { } hold)
        {
            answer.Holder = Party(hold.Agent);
            answer.ExpireTime = Mapping.ToWire.Time(hold.Until);
            answer.Lease = Duration.FromTimeSpan(hold.Lease);
            if (reader is null || hold.Agent == reader)
            {
                answer.Token = Token(claim.Name, new(epoch, hold.Revision));
            }
        }

        answer.Waiting.AddRange(claim.LiveLine(moment).Select(ticket => Party(ticket.Agent)));
        Mapping.ToWire.AddTopics(answer.Topics, claim.Readers.Topics);
        answer.Subscribers.AddRange(claim.Readers.Subscribers.Select(agent => agent.Value));
        return answer;
    }

    /// <summary>A claim that a command has given to its caller. The answer of a repeat is the same.</summary>
    public static V1.Claim Given(ClaimName command, AgentName? holder, Position position, CommandAnswer answer)
    {
        var claim = new V1.Claim
        {
            Name = command.Name.Value,
            Holder = Party(holder),
            Token = Token(command.Name, position),
            ExpireTime = Mapping.ToWire.Time(answer.ExpireTime),
            Lease = Duration.FromTimeSpan(command.Lease),
        };
        Mapping.ToWire.AddTopics(claim.Topics, command.Topics);
        claim.Subscribers.AddRange(command.Subscribers.Select(agent => agent.Value));
        return claim;
    }

    /// <summary>The most bytes that a claim takes in an answer.</summary>
    public static long SizeOf(ClaimRecord claim) => claim.Bytes;

    /// <exception cref="MeshException">FILTER_INVALID, ARGUMENT_INVALID, PAGE_TOKEN_INVALID.</exception>
    public static V1.ListClaimsResponse List(V1.ListClaimsRequest request, AgentName? reader, MeshView view)
    {
        var prefix = request.NamePrefix.Length == 0 ? "" : Prefix(request.NamePrefix);
        ReadOnlySpan<string?> scope = ["ListClaims", reader?.Value, prefix];
        var page = view.ListClaims(
            prefix, PageToken.Read(request.PageToken, scope), Paging.Size(request.PageSize, DefaultClaims, MaxClaims));
        var answer = new V1.ListClaimsResponse
        {
            Position = Mapping.ToWire.Position(view.Position),
            NextPageToken = PageToken.Write(page.NextAfter, scope),
        };
        answer.Claims.AddRange(page.Claims.Select(claim => ToWire(claim, view.Position.Epoch, reader, view.Now)));
        return answer;
    }

    private static V1.FencingToken Token(ContextKey name, Position position) =>
        new() { Name = name.Value, Position = Mapping.ToWire.Position(position) };

    private static V1.ClaimParty Party(AgentName? agent)
    {
        var party = new V1.ClaimParty();
        if (agent is { } name)
        {
            party.Agent = name.Value;
        }

        return party;
    }

    private static string Prefix(string prefix)
    {
        try
        {
            return ContextKey.Parse(prefix).Value;
        }
        catch (MeshException refusal)
        {
            throw new MeshException(ErrorReason.FilterInvalid, refusal.Message) { Field = "name_prefix" };
        }
    }

    // Stores keep whole microseconds.
    private static TimeSpan? Span(Duration? asked, string what, string field, TimeSpan least, TimeSpan most)
    {
        if (Mapping.FromWire.NotNegative(asked, what, field, ErrorReason.ArgumentInvalid) is not { } span)
        {
            return null;
        }

        return span >= least && span <= most
            ? TimeSpan.FromTicks(span.Ticks - (span.Ticks % TimeSpan.TicksPerMicrosecond))
            : throw Mapping.FromWire.Invalid(field, $"The {what} is not between {least.TotalSeconds} and {most.TotalSeconds} seconds.");
    }
}
