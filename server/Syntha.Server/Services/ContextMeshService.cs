using Grpc.Core;
using Syntha.Mesh.Reading;
using Syntha.Server.Mapping;
using Syntha.Server.Meshes;
using Syntha.Server.Streams;

namespace Syntha.Server.Services;

/// <summary>
/// Serves the owner's side of the contract. This part has the reads and streams. context_mesh_service.proto says what the calls mean. It is
/// the main type of the room Services.
/// </summary>
internal sealed partial class ContextMeshService(
    MeshCalls calls, SharedMethods methods, ClaimMethods claims, FeedStreams streams, OutcomeCalls outcomes)
    : V1.ContextMesh.ContextMeshBase
{
    public override Task<V1.GetResponse> Get(V1.GetRequest request, ServerCallContext context) =>
        methods.GetAsync(request, FromWire.Actor(request), context);

    public override Task<V1.GetManyResponse> GetMany(V1.GetManyRequest request, ServerCallContext context)
    {
        FromWire.CheckCount(request.Keys.Count, Limits.MaxKeysPerRead, "keys");
        FromWire.Known(request.View, "view");
        var actor = FromWire.Actor(request);
        return request.ReadPoint is { } point
            ? calls.ReadPastAsync(
                request, context, actor, HistoryMapping.Point(point), [.. request.Keys.Select(ContextKey.Parse)], GetMany)
            : calls.ReadAsync(
                request, context, actor, GetMany,
                mayBeCostly: request.Keys.Count > Limits.FewItems || request.View == V1.ItemView.Structured);
    }

    public override Task<V1.ListResponse> List(V1.ListRequest request, ServerCallContext context) =>
        methods.ListAsync(request, FromWire.Actor(request), context);

    public override Task<V1.GetStatsResponse> GetStats(V1.GetStatsRequest request, ServerCallContext context) =>
        request.ReadPoint is { } point
            ? calls.ReadPastAsync(request, context, FromWire.Actor(request), HistoryMapping.Point(point), keys: null, Count)
            : calls.ReadAsync(request, context, FromWire.Actor(request), Count, mayBeCostly: true);

    public override Task<V1.GetAgentTopicsResponse> GetAgentTopics(V1.GetAgentTopicsRequest request, ServerCallContext context) =>
        calls.ReadAsync(FromWire.Agent(request), context, agent: null, static (agent, view) =>
        {
            var answer = new V1.GetAgentTopicsResponse { Position = ToWire.Position(view.Position) };
            ToWire.AddTopics(answer.Topics, view.TopicsOf(agent));
            return answer;
        });

    public override Task<V1.ListTopicsResponse> ListTopics(V1.ListTopicsRequest request, ServerCallContext context) =>
        methods.ListTopicsAsync(request, FromWire.Actor(request), context);

    public override Task<V1.GetPostPermissionsResponse> GetPostPermissions(
        V1.GetPostPermissionsRequest request, ServerCallContext context) =>
        calls.ReadAsync(FromWire.Agent(request), context, agent: null, static (agent, view) => new V1.GetPostPermissionsResponse
        {
            Position = ToWire.Position(view.Position),
            Permissions = ToWire.Permissions(view.PermissionsOf(agent)),
        });

    public override Task<V1.GetAccessResponse> GetAccess(V1.GetAccessRequest request, ServerCallContext context) =>
        methods.GetAccessAsync(request, context);

    public override Task<V1.BuildPromptResponse> BuildPrompt(V1.BuildPromptRequest request, ServerCallContext context) =>
        methods.BuildPromptAsync(request, FromWire.Actor(request), context);

    public override Task Subscribe(
        V1.SubscribeRequest request, IServerStreamWriter<V1.SubscribeResponse> responseStream, ServerCallContext context) =>
        streams.RunAsync(FeedRequest.FromWire(request), registration: null, responseStream.WriteAsync, context);

    private static V1.GetManyResponse GetMany(V1.GetManyRequest request, MeshView view)
    {
        var answer = new V1.GetManyResponse { Position = ToWire.Position(view.Position) };
        long bytes = 0;
        foreach (var key in request.Keys)
        {
            var item = view.Find(ContextKey.Parse(key));
            // A remaining key takes room as well, so keys count whether they are found or not.
            bytes += ContextKey.MaxBytes + (item is null ? 0 : ToWire.SizeOf(item, request.View));
            if (answer.RemainingKeys.Count > 0 || (bytes > PageLimits.MaxBytes && answer.Items.Count > 0))
            {
                answer.RemainingKeys.Add(key);
            }
            else if (item is not null)
            {
                answer.Items.Add(ToWire.Item(item, request.View));
            }
        }
        return answer;
    }

    private static V1.GetStatsResponse Count(V1.GetStatsRequest request, MeshView view) => new()
    {
        Position = ToWire.Position(view.Position),
        Stats = ToWire.Stats(view.Count()),
    };
}
