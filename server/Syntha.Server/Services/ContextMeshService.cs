using Grpc.Core;
using Syntha.Mesh.Access;
using Syntha.Mesh.Prompts;
using Syntha.Mesh.Reading;
using Syntha.Server.Mapping;
using Syntha.Server.Meshes;
using Syntha.Server.Streams;
using Syntha.Server.Wire;
using Syntha.V1;

namespace Syntha.Server.Services;

/// <summary>The owner's side of the contract: reads. What the calls mean is said in context_mesh.proto.</summary>
internal sealed partial class ContextMeshService(MeshCalls calls, FeedStreams streams, OutcomeCalls outcomes) : ContextMesh.ContextMeshBase
{
    private const int MaxKeysPerGet = 1_000;

    public override Task<GetResponse> Get(GetRequest request, ServerCallContext context) =>
        calls.ReadAsync(request, context, Incoming.Agent(request.HasAgentName, request.AgentName), Tool.GetContext, static (request, view) => new GetResponse
        {
            Item = view.Find(ContextKey.Parse(request.Key)) is { } item ? Outgoing.Item(item, request.ValueForm) : null,
            Position = Outgoing.Position(view.Position),
        });

    public override Task<GetManyResponse> GetMany(GetManyRequest request, ServerCallContext context)
    {
        Incoming.Demand(request.Keys.Count, MaxKeysPerGet, "keys");
        return calls.ReadAsync(request, context, Incoming.Agent(request.HasAgentName, request.AgentName), Tool.GetContext, static (request, view) =>
        {
            var answer = new GetManyResponse { Position = Outgoing.Position(view.Position) };
            long bytes = 0;
            foreach (var key in request.Keys)
            {
                var item = view.Find(ContextKey.Parse(key));
                // A remaining key takes room as well, so keys count whether they are found or not.
                bytes += ContextKey.MaxBytes + (item is null ? 0 : Outgoing.SizeOf(item, request.ValueForm));
                if (answer.RemainingKeys.Count > 0 || (bytes > PageLimits.MaxBytes && answer.Items.Count > 0))
                {
                    answer.RemainingKeys.Add(key);
                }
                else if (item is not null)
                {
                    answer.Items.Add(Outgoing.Item(item, request.ValueForm));
                }
            }
            return answer;
        });
    }

    public override Task<ListResponse> List(ListRequest request, ServerCallContext context) =>
        calls.ReadAsync(request, context, Incoming.Agent(request.HasAgentName, request.AgentName), request.KeysOnly ? Tool.ListContext : Tool.GetContext, static (request, view) =>
        {
            var filter = new ItemFilter(
                request.HasTopic ? [TopicName.Parse(request.Topic)] : [],
                Paging.Prefix(request.KeyPrefix),
                request.HasKeyGlob ? KeyGlob.Parse(request.KeyGlob) : null);
            var size = Paging.Size(request.PageSize, Paging.DefaultItems, request.KeysOnly ? Paging.MaxKeys : Paging.MaxItems);
            var page = Paging.Items(
                view, filter, size, request.PageToken, request.KeysOnly ? null : request.ValueForm, nameof(List),
                request.HasAgentName ? request.AgentName : null, out var next);
            var answer = new ListResponse { NextPageToken = next, Position = Outgoing.Position(view.Position) };
            answer.Items.AddRange(page.Items.Select(item =>
                request.KeysOnly ? Outgoing.WithoutValue(item) : Outgoing.Item(item, request.ValueForm)));
            return answer;
        });

    public override Task<GetStatsResponse> GetStats(GetStatsRequest request, ServerCallContext context) =>
        calls.ReadAsync(request, context, Incoming.Agent(request.HasAgentName, request.AgentName), Tool.ListContext, static (_, view) =>
        {
            var stats = view.Count();
            return new GetStatsResponse
            {
                TotalItems = stats.Active + stats.Expired,
                ActiveItems = stats.Active,
                ExpiredItems = stats.Expired,
                GlobalItems = stats.Global,
                PrivateItems = stats.Active - stats.Global,
                TotalTopics = stats.Topics,
                AgentsWithTopics = stats.AgentsWithTopics,
                TotalBytes = stats.Bytes,
                Position = Outgoing.Position(view.Position),
            };
        });

    public override Task<GetAgentTopicsResponse> GetAgentTopics(GetAgentTopicsRequest request, ServerCallContext context) =>
        calls.ReadAsync(AgentName.Parse(request.AgentName), context, null, null, static (agent, view) =>
        {
            var answer = new GetAgentTopicsResponse { Position = Outgoing.Position(view.Position) };
            Outgoing.AddTopics(answer.Topics, view.TopicsOf(agent));
            return answer;
        });

    public override Task<ListTopicsResponse> ListTopics(ListTopicsRequest request, ServerCallContext context) =>
        calls.ReadAsync(request, context, Incoming.Agent(request.HasAgentName, request.AgentName), Tool.DiscoverTopics, static (request, view) =>
        {
            var answer = new ListTopicsResponse { Position = Outgoing.Position(view.Position) };
            answer.Topics.AddRange(Paging.Topics(
                view, request.PageSize, request.PageToken, nameof(ListTopics), request.HasAgentName ? request.AgentName : null, out var next));
            answer.NextPageToken = next;
            return answer;
        });

    public override Task<GetPostPermissionsResponse> GetPostPermissions(GetPostPermissionsRequest request, ServerCallContext context) =>
        calls.ReadAsync(AgentName.Parse(request.AgentName), context, null, null, static (agent, view) => new GetPostPermissionsResponse
        {
            Permissions = Outgoing.Permissions(view.PermissionsOf(agent)),
            Position = Outgoing.Position(view.Position),
        });

    public override Task<BuildPromptResponse> BuildPrompt(BuildPromptRequest request, ServerCallContext context) =>
        calls.ReadAsync(
            PromptMapping.FromWire(request.Spec), context, Incoming.Agent(request.HasAgentName, request.AgentName), Tool.GetContext,
            static (prompt, view) => AnswerBytes.AnswerOf(
                PromptBuilder.Build(prompt, view), view.Position,
                static (prompt, position) => new BuildPromptResponse
                {
                    Prompt = PromptMapping.ToWire(prompt),
                    Position = Outgoing.Position(position),
                }));

    public override Task Subscribe(SubscribeRequest request, IServerStreamWriter<SubscribeResponse> responseStream, ServerCallContext context) =>
        streams.RunAsync(
            FeedRequest.Of(request), registration: null, message => responseStream.WriteAsync(new() { Message = message }), context);
}
