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

    private static ReadPoint At(V1.Position? position) => new(HistoryMapping.Position(position), null);
}
