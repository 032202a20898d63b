using Grpc.Core;
using Syntha.Mesh.History;
using Syntha.Mesh.Log;
using Syntha.Server.Mapping;

namespace Syntha.Server.Services;

/// <content>Calls about the past.</content>
internal sealed partial class ContextMeshService
{
    public override Task<V1.ListVersionsResponse> ListVersions(V1.ListVersionsRequest request, ServerCallContext context)
    {
        var (agent, key) = (FromWire.Actor(request), ContextKey.Parse(request.Key));
        var (size, before) = HistoryMapping.Page(request);
        return calls.ReadHistoryAsync(request, context, agent, async lease =>
        {
            using var large = await lease.EnterLargePastReadAsync(context.CancellationToken);
            return HistoryMapping.ToWire(
                await VersionList.ListAsync(lease, agent, key, before, size, context.CancellationToken), request);
        });
    }

    public override Task<V1.DiffPositionsResponse> DiffPositions(V1.DiffPositionsRequest request, ServerCallContext context)
    {
        var agent = FromWire.Actor(request);
        return calls.ReadHistoryAsync(request, context, agent, async lease =>
        {
            var token = context.CancellationToken;
            using var large = await lease.EnterLargePastReadAsync(token);
            var before = await lease.ViewPastAsync(agent, At(request.From), keys: null, token);
            var after = request.To is null ? lease.View(agent) : await lease.ViewPastAsync(agent, At(request.To), keys: null, token);
            await lease.TurnAsync(token);
            return HistoryMapping.Differences(request, before, after.Until(token));
        });
    }

    public override Task<V1.PlanUndoResponse> PlanUndo(V1.PlanUndoRequest request, ServerCallContext context) =>
        methods.PlanUndoAsync(request, FromWire.Actor(request), context);

    public override Task<V1.UndoResponse> Undo(V1.UndoRequest request, ServerCallContext context) =>
        methods.UndoAsync(request, FromWire.Actor(request), nameof(Undo), context);

    public override Task<V1.RedactResponse> Redact(V1.RedactRequest request, ServerCallContext context)
    {
        var (key, versions) = (ContextKey.Parse(request.Key), UndoMapping.Versions(request));
        var identity = FromWire.Identity(request, nameof(Redact));
        return calls.WritePreparedAsync(
            request,
            context,
            agent: null,
            async lease =>
            {
                using var large = await lease.EnterLargePastReadAsync(context.CancellationToken);
                return await versions.FindAsync(lease.Mesh!, key, context.CancellationToken) with { Request = identity };
            },
            static result => new V1.RedactResponse
            {
                Position = ToWire.Position(result.Position),
                Replayed = result.IsReplay,
                RedactedVersions = result.Answer.Items,
                Removed = result.Answer.HasRemoved,
                HasMore = result.Answer.HasMore,
            });
    }

    private static ReadPoint At(V1.Position? position) => new(HistoryMapping.Position(position), null);
}
