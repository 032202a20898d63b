using Grpc.Core;
using Syntha.Mesh.Access;
using Syntha.Mesh.Log;
using Syntha.Mesh.Reading;
using Syntha.Mesh.Serving;
using Syntha.Mesh.Writing;
using Syntha.Server.Admission;
using Syntha.Server.Audit;

namespace Syntha.Server.Meshes;

/// <summary>
/// Leases the caller's mesh for the length of a call. It is the main type of the room Meshes, the only way for services to reach a mesh.
/// The room uses Admission and Audit.
/// </summary>
internal sealed class MeshCalls(MeshRegistry meshes, CallCounts counts)
{
    /// <param name="request">The request. It is passed on so that the lambda captures nothing, because this is the hot path.</param>
    /// <param name="context">The call.</param>
    /// <param name="agent">The agent that reads. Null for the owner.</param>
    /// <param name="read">Makes the answer from the caller's view.</param>
    /// <param name="called">The tool that a model calls. When null, the read counts as the contract's tool for the method.</param>
    /// <param name="mayBeCostly">
    /// Whether the read is much work on a large mesh: it may look at all items, or give values in structured form. It then takes a turn of
    /// the user's costly work, and ends when the call does.
    /// </param>
    /// <exception cref="MeshException">TOOL_NOT_ALLOWED, or a refusal of the read itself.</exception>
    public Task<TResponse> ReadAsync<TRequest, TResponse>(
        TRequest request, ServerCallContext context, AgentName? agent, Func<TRequest, MeshView, TResponse> read,
        Tool? called = null, bool mayBeCostly = false)
    {
        // The call's token is not used. Asking for it makes Kestrel create one for each request, and a mesh in memory needs none.
        if (meshes.IsShared || !meshes.TryLease(Caller.Of(context).User, out var present))
        {
            return LoadAsync(request, context, agent, read, called, mayBeCostly);
        }

        if (mayBeCostly && present.IsCostly)
        {
            return TakeTurnAsync(present, request, context, agent, read, called);
        }

        using var lease = present;
        var answer = read(request, View(lease, context, agent, called, request));
        var counted = counts.CountAsync(context, agent, NameOf(called), counts.SizeOf(answer));
        return counted.IsCompletedSuccessfully ? Task.FromResult(answer) : AfterAsync(counted, answer);
    }

    /// <summary>Reads as of a moment of the past.</summary>
    /// <param name="request">The request.</param>
    /// <param name="context">The call.</param>
    /// <param name="agent">The agent that reads. Null for the owner.</param>
    /// <param name="point">The moment.</param>
    /// <param name="keys">The keys that the read looks at. Null: any.</param>
    /// <param name="read">Makes the answer from the caller's view of then.</param>
    /// <exception cref="MeshException">
    /// TOOL_NOT_ALLOWED, PAST_NOT_ALLOWED, EPOCH_CHANGED, HISTORY_COMPACTED, REVISION_IN_FUTURE, or a refusal of the read itself.
    /// </exception>
    public Task<TResponse> ReadPastAsync<TRequest, TResponse>(
        TRequest request, ServerCallContext context, AgentName? agent, ReadPoint point, IReadOnlyList<ContextKey>? keys,
        Func<TRequest, MeshView, TResponse> read) =>
        ReadHistoryAsync(request, context, agent, async lease =>
        {
            using var large = keys is null ? await lease.EnterLargePastReadAsync(context.CancellationToken) : null;
            var past = await lease.ViewPastAsync(agent, point, keys, context.CancellationToken);
            await lease.TurnAsync(context.CancellationToken);
            return read(request, past.Until(context.CancellationToken));
        });

    /// <summary>Reads the past in a way of its own.</summary>
    /// <exception cref="MeshException">TOOL_NOT_ALLOWED, PAST_NOT_ALLOWED, or a refusal of the read itself.</exception>
    public async Task<TResponse> ReadHistoryAsync<TRequest, TResponse>(
        TRequest request, ServerCallContext context, AgentName? agent, Func<MeshLease, ValueTask<TResponse>> read)
    {
        using var lease = await meshes.FindAsync(Caller.Of(context).User, context.CancellationToken);
        View(lease, context, agent, called: null, request).DemandPast();
        var answer = await read(lease);
        await counts.CountAsync(context, agent, null, counts.SizeOf(answer));
        return answer;
    }

    /// <summary>Reads for the answer to a refused tool call. Such a read is not counted.</summary>
    public async Task<TResponse> RefuseAsync<TRequest, TResponse>(
        TRequest request, ServerCallContext context, AgentName agent, Func<TRequest, MeshView, TResponse> read)
    {
        using var lease = await meshes.FindAsync(Caller.Of(context).User, context.CancellationToken);
        return read(request, lease.View(agent));
    }

    /// <summary>Checks that an agent may make a call that does not read the mesh.</summary>
    /// <exception cref="MeshException">TOOL_NOT_ALLOWED.</exception>
    public async ValueTask CheckToolAsync<TRequest>(TRequest request, AgentName agent, ServerCallContext context)
    {
        using var lease = await meshes.FindAsync(Caller.Of(context).User, context.CancellationToken);
        View(lease, context, agent, called: null, request);
    }

    /// <summary>Carries a command out. The answer is made from the result and from the actor's view after the command.</summary>
    public async Task<TResponse> WriteAsync<TResponse>(
        MeshCommand command, ServerCallContext context, Func<CommandResult, MeshView, TResponse> answer, string? called = null)
    {
        command = command with { Origin = counts.OriginOf(context, command.Actor, called) };
        var caller = Caller.Of(context);
        using var lease = await meshes.OpenAsync(caller.User, caller.Right, context.CancellationToken);
        var result = await lease.Mesh!.SubmitAsync(command, context.CancellationToken);
        // A command with changes is in the log, and reaches the audit trail from there.
        if (!result.HasChanges)
        {
            await counts.CountAsync(context, command.Actor, called, 0);
        }

        return answer(result, lease.View(command.Actor));
    }

    /// <summary>
    /// Carries out a command that is made from what the log says. A user without a store has no log, and every position is refused.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="context">The call.</param>
    /// <param name="agent">The agent that acts. Null for the owner.</param>
    /// <param name="prepare">Reads the log, and makes the command.</param>
    /// <param name="answer">Makes the answer.</param>
    /// <param name="also">A second tool that an agent needs. Null: none.</param>
    /// <exception cref="MeshException">
    /// TOOL_NOT_ALLOWED, PAST_NOT_ALLOWED, EPOCH_CHANGED, or a refusal of the command.
    /// </exception>
    public async Task<TResponse> WritePreparedAsync<TRequest, TResponse>(
        TRequest request, ServerCallContext context, AgentName? agent, Func<MeshLease, ValueTask<MeshCommand>> prepare,
        Func<CommandResult, TResponse> answer, Tool? also = null)
    {
        using var lease = await meshes.FindAsync(Caller.Of(context).User, context.CancellationToken);
        var view = View(lease, context, agent, called: null, request);
        if (also is { } second)
        {
            view.Demand(second);
        }

        view.DemandPast();
        if (lease.Mesh is not { } mesh)
        {
            throw new MeshException(ErrorReason.EpochChanged, "The user has no store, and so no history.");
        }

        var command = await prepare(lease);
        var result = await mesh.SubmitAsync(
            command with { Origin = counts.OriginOf(context, agent, tool: null) }, context.CancellationToken);
        // A command with changes is in the log, and reaches the audit trail from there.
        if (!result.HasChanges)
        {
            await counts.CountAsync(context, agent, null, 0);
        }

        return answer(result);
    }

    private async Task<TResponse> LoadAsync<TRequest, TResponse>(
        TRequest request, ServerCallContext context, AgentName? agent, Func<TRequest, MeshView, TResponse> read,
        Tool? called, bool mayBeCostly)
    {
        // The token is not used here either. A strong read waits for one short query, and other calls wait for the same query.
        var found = await meshes.FindAsync(Caller.Of(context).User, CancellationToken.None);
        if (mayBeCostly && found.IsCostly)
        {
            return await TakeTurnAsync(found, request, context, agent, read, called);
        }

        using var lease = found;
        var answer = read(request, View(lease, context, agent, called, request));
        await counts.CountAsync(context, agent, NameOf(called), counts.SizeOf(answer));
        return answer;
    }

    private async Task<TResponse> TakeTurnAsync<TRequest, TResponse>(
        MeshLease held, TRequest request, ServerCallContext context, AgentName? agent, Func<TRequest, MeshView, TResponse> read,
        Tool? called)
    {
        using var lease = held;
        await lease.TurnAsync(context.CancellationToken);
        var answer = read(request, View(lease, context, agent, called, request).Until(context.CancellationToken));
        await counts.CountAsync(context, agent, NameOf(called), counts.SizeOf(answer));
        return answer;
    }

    private static async Task<TResponse> AfterAsync<TResponse>(ValueTask counted, TResponse answer)
    {
        await counted;
        return answer;
    }

    private static MeshView View<TRequest>(MeshLease lease, ServerCallContext context, AgentName? agent, Tool? called, TRequest request)
    {
        var view = lease.View(agent);
        if (agent is not null && (called ?? MethodTools.Find(context.Method, request)) is { } tool)
        {
            view.Demand(tool);
        }

        return view;
    }

    private static string? NameOf(Tool? called) => called is { } tool ? ToolNames.NameOf(tool) : null;
}
