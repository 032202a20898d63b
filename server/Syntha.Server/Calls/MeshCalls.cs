using Grpc.Core;
using Syntha.Mesh.Reading;
using Syntha.Mesh.Serving;
using Syntha.Mesh.Writing;

namespace Syntha.Server.Calls;

/// <summary>Leases the caller's mesh for the length of a call. The only place where services reach a mesh.</summary>
internal sealed class MeshCalls(MeshRegistry meshes)
{
    /// <param name="request">The request, handed on so that the lambda needs to capture nothing: this is the hot path.</param>
    /// <param name="context">The call.</param>
    /// <param name="agent">Who reads; null: the owner.</param>
    /// <param name="read">Makes the answer from what the caller sees.</param>
    public Task<TResponse> ReadAsync<TRequest, TResponse>(
        TRequest request, ServerCallContext context, AgentName? agent, Func<TRequest, MeshView, TResponse> read)
    {
        // Without the call's token: asking for it makes Kestrel create one for each request, and a mesh in memory needs none.
        if (!meshes.TryLease(Caller.Of(context).User, out var present))
            return LoadAsync(request, context, agent, read);
        using var lease = present;
        return Task.FromResult(read(request, lease.View(agent)));
    }

    /// <summary>Carries a command out and makes the answer from its result and from what its actor sees then.</summary>
    public async Task<TResponse> WriteAsync<TResponse>(
        MeshCommand command, ServerCallContext context, Func<CommandResult, MeshView, TResponse> answer)
    {
        using var lease = await meshes.OpenAsync(Caller.Of(context).User, context.CancellationToken);
        var result = await lease.Mesh!.SubmitAsync(command, context.CancellationToken);
        return answer(result, lease.View(command.Actor));
    }

    private async Task<TResponse> LoadAsync<TRequest, TResponse>(
        TRequest request, ServerCallContext context, AgentName? agent, Func<TRequest, MeshView, TResponse> read)
    {
        using var lease = await meshes.FindAsync(Caller.Of(context).User, context.CancellationToken);
        return read(request, lease.View(agent));
    }
}
