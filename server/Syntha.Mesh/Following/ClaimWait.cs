using Syntha.Mesh.Serving;
using Syntha.Mesh.Writing;

namespace Syntha.Mesh.Following;

/// <summary>
/// A caller's look at a claim that it waits for. It follows the state and not the log: what counts is where the caller stands now. Used by
/// one caller at a time.
/// </summary>
public sealed class ClaimWait
{
    private readonly UserMesh mesh;
    private readonly AgentName? agent;
    private readonly ContextKey name;
    private readonly Guid ticket;

    private ClaimWait(UserMesh mesh, AgentName? agent, ContextKey name, Guid ticket) =>
        (this.mesh, this.agent, this.name, this.ticket) = (mesh, agent, name, ticket);

    /// <param name="lease">Holds the mesh; it must outlive the wait.</param>
    /// <param name="agent">The one that waits. Null: the owner.</param>
    /// <param name="name">The claim's name.</param>
    /// <param name="ticket">The place in line.</param>
    public static ClaimWait Open(MeshLease lease, AgentName? agent, ContextKey name, Guid ticket) =>
        Open(lease.Mesh ?? throw MeshFeed.EpochChanged(), agent, name, ticket);

    internal static ClaimWait Open(UserMesh mesh, AgentName? agent, ContextKey name, Guid ticket)
    {
        // So that the commits of other nodes are heard of.
        mesh.KeepRecent();
        return new(mesh, agent, name, ticket);
    }

    /// <summary>Ends with the next commit, or when the mesh fails. To be taken before a look.</summary>
    public Task NextChange => mesh.NextChange;

    /// <summary>Why the mesh does not serve any more. The wait goes on with the mesh that is loaded instead.</summary>
    public MeshException? Fault => mesh.Fault;

    /// <summary>Prolongs places in this line by one command of the mesh's own.</summary>
    /// <returns>Until when each of them lasts now. One that is not in line is missing.</returns>
    /// <exception cref="MeshException">The command failed.</exception>
    public async Task<IReadOnlyDictionary<LinePlace, DateTimeOffset>> KeepAsync(IReadOnlySet<LinePlace> places)
    {
        if (mesh.TrySubmit(new KeepLine(name, places) { Origin = CommandOrigin.Line }) is { } kept)
        {
            await kept;
        }

        var line = mesh.View(null).FindClaim(name)?.Line ?? [];
        return line.Select(ticket => (Place: new LinePlace(ticket.Agent, ticket.Id), ticket.Until))
            .Where(ticket => places.Contains(ticket.Place))
            .ToDictionary(ticket => ticket.Place, ticket => ticket.Until);
    }

    /// <summary>Where the caller stands now.</summary>
    public ClaimStanding Look()
    {
        var view = mesh.View(agent);
        if (view.FindClaim(name) is not { } claim)
        {
            return new(view.Position, view.Now, null, 0, default, false);
        }

        if (claim.Hold is { } hold && hold.Ticket == ticket && hold.Agent == agent)
        {
            return new(view.Position, view.Now, claim, 0, default, true);
        }

        var place = 1;
        foreach (var waiting in claim.LiveLine(view.Now))
        {
            if (waiting.Id == ticket && waiting.Agent == agent)
            {
                return new(view.Position, view.Now, claim, place, waiting.Until, false);
            }

            place++;
        }

        return new(view.Position, view.Now, claim, 0, default, false);
    }
}

/// <summary>Where a caller stands with a claim.</summary>
/// <param name="Position">The mesh's position.</param>
/// <param name="Moment">The moment of the look.</param>
/// <param name="Claim">The claim. Null: it is free, or the caller may not see it.</param>
/// <param name="Place">The place in line, from 1. 0: the caller has none.</param>
/// <param name="Until">The moment from which the place is lost, unless it is prolonged.</param>
/// <param name="IsHeld">Whether the caller holds the claim by its place.</param>
public readonly record struct ClaimStanding(
    Position Position, DateTimeOffset Moment, ClaimRecord? Claim, int Place, DateTimeOffset Until, bool IsHeld);
