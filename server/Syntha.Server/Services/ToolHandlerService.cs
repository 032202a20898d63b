using Grpc.Core;
using Syntha.Mesh.Writing;
using Syntha.Server.Admission;
using Syntha.Server.Mapping;
using Syntha.Server.Meshes;
using Syntha.Server.Streams;
using Syntha.Server.Tools;
using Syntha.Server.Tools.Dialects;

namespace Syntha.Server.Services;

/// <summary>Serves an agent's side of the contract. tool_handler_service.proto says what the calls mean.</summary>
internal sealed partial class ToolHandlerService(
    MeshCalls calls, SharedMethods methods, ClaimMethods claims, FeedStreams streams, ToolCaller tools)
    : V1.ToolHandler.ToolHandlerBase
{
    private const int MaxTakenNames = 1_000;

    public override Task<V1.PushResponse> PushContext(V1.PushRequest request, ServerCallContext context) =>
        methods.PushAsync(request, FromWire.RequiredActor(request), nameof(PushContext), context);

    public override Task<V1.PatchResponse> PatchContext(V1.PatchRequest request, ServerCallContext context) =>
        methods.PatchAsync(request, FromWire.RequiredActor(request), nameof(PatchContext), context);

    public override Task<V1.CommitResponse> CommitContext(V1.CommitRequest request, ServerCallContext context) =>
        methods.CommitAsync(request, FromWire.RequiredActor(request), nameof(CommitContext), context);

    public override Task<V1.PlanUndoResponse> PlanUndoContext(V1.PlanUndoRequest request, ServerCallContext context) =>
        methods.PlanUndoAsync(request, FromWire.RequiredActor(request), context);

    public override Task<V1.UndoResponse> UndoContext(V1.UndoRequest request, ServerCallContext context) =>
        methods.UndoAsync(request, FromWire.RequiredActor(request), nameof(UndoContext), context);

    public override Task<V1.GetResponse> GetContext(V1.GetRequest request, ServerCallContext context) =>
        methods.GetAsync(request, FromWire.RequiredActor(request), context);

    public override Task<V1.HasContextResponse> HasContext(V1.HasContextRequest request, ServerCallContext context) =>
        calls.ReadAsync(request, context, FromWire.RequiredActor(request), static (request, view) => new V1.HasContextResponse
        {
            Position = ToWire.Position(view.Position),
            Exists = view.Find(ContextKey.Parse(request.Key)) is not null,
        });

    public override Task<V1.RemoveResponse> RemoveContext(V1.RemoveRequest request, ServerCallContext context) =>
        methods.RemoveAsync(request, FromWire.RequiredActor(request), nameof(RemoveContext), context);

    public override Task<V1.ListResponse> ListContext(V1.ListRequest request, ServerCallContext context) =>
        methods.ListAsync(request, FromWire.RequiredActor(request), context);

    public override Task<V1.ListTopicsResponse> ListTopics(V1.ListTopicsRequest request, ServerCallContext context) =>
        methods.ListTopicsAsync(request, FromWire.RequiredActor(request), context);

    public override Task<V1.ClearResponse> ClearContext(V1.ClearRequest request, ServerCallContext context) =>
        methods.ClearAsync(request, FromWire.RequiredActor(request), nameof(ClearContext), context);

    public override Task SubscribeToTopics(
        V1.SubscribeToTopicsRequest request, IServerStreamWriter<V1.SubscribeResponse> responseStream, ServerCallContext context)
    {
        var feed = FeedRequest.FromWire(request);
        var registers = feed.After is null && !request.SkipRegistration && !feed.Filter.Items.Topics.IsEmpty;
        return streams.RunAsync(
            feed,
            registers ? new AddTopics(feed.Agent!.Value, feed.Filter.Items.Topics) { Actor = feed.Agent } : null,
            responseStream.WriteAsync,
            context);
    }

    public override Task<V1.UnsubscribeFromTopicsResponse> UnsubscribeFromTopics(
        V1.UnsubscribeFromTopicsRequest request, ServerCallContext context) =>
        methods.UnsubscribeAsync(request, isAgentsCall: true, nameof(V1.ToolHandler) + nameof(UnsubscribeFromTopics), context);

    public override Task<V1.ListToolsResponse> ListTools(V1.ListToolsRequest request, ServerCallContext context)
    {
        FromWire.CheckCount(request.TakenNames.Count, MaxTakenNames, "taken_names");
        FromWire.Known(request.Dialect, "dialect");
        var ofCredential = AgentRights.ToolsOf(Caller.Of(context).Credential);
        return calls.ReadAsync((request, ofCredential), context, FromWire.Agent(request), static (asked, view) =>
        {
            var (request, ofCredential) = asked;
            var answer = new V1.ListToolsResponse { Position = ToWire.Position(view.Position) };
            var taken = request.TakenNames.ToHashSet(StringComparer.Ordinal);
            answer.Tools.AddRange(ToolBox.Listed(view.Tools.And(ofCredential), taken).Select(listed => new V1.ToolDefinition
            {
                Name = listed.Name,
                Tool = ToWire.Tool(listed.Tool.Tool),
                Description = listed.Tool.Description,
                DefinitionJson = DialectWriter.DefinitionOf(request.Dialect, listed.Tool, listed.Name),
            }));
            return answer;
        });
    }

    public override Task<V1.CallToolResponse> CallTool(V1.CallToolRequest request, ServerCallContext context) =>
        tools.CallAsync(request, context);

    public override Task<V1.GetAccessResponse> GetAccess(V1.GetAccessRequest request, ServerCallContext context) =>
        methods.GetAccessAsync(request, context);

    public override Task<V1.BuildPromptResponse> BuildPrompt(V1.BuildPromptRequest request, ServerCallContext context) =>
        methods.BuildPromptAsync(request, FromWire.RequiredActor(request), context);

    public override Task<V1.LogOutcomeResponse> LogOutcome(V1.LogOutcomeRequest request, ServerCallContext context) =>
        methods.LogOutcomeAsync(request, isAgentsCall: true, nameof(V1.ToolHandler) + nameof(LogOutcome), context);
}
