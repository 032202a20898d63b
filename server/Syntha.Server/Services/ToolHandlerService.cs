using Grpc.Core;
using Syntha.Mesh.Access;
using Syntha.Mesh.Reading;
using Syntha.Mesh.Writing;
using Syntha.Server.Mapping;
using Syntha.Server.Meshes;
using Syntha.Server.Streams;
using Syntha.Server.Tools;
using Syntha.V1;

namespace Syntha.Server.Services;

/// <summary>An agent's side of the contract: the direct methods. What the calls mean is said in tool_handler.proto.</summary>
internal sealed partial class ToolHandlerService(MeshCalls calls, FeedStreams streams, ToolCaller tools, OutcomeCalls outcomes) : ToolHandler.ToolHandlerBase
{
    public override Task<PushContextResponse> PushContext(PushContextRequest request, ServerCallContext context)
    {
        var agent = AgentName.Parse(request.AgentName);
        return calls.WriteAsync(
            new PushItems([Incoming.Draft(request)])
            {
                Actor = agent,
                Request = Incoming.Identity(request.HasRequestId, request.RequestId, nameof(PushContext), request),
            },
            context,
            static (result, _) => new PushContextResponse { Position = Outgoing.Position(result.Position), Replayed = result.IsReplay });
    }

    public override Task<GetContextResponse> GetContext(GetContextRequest request, ServerCallContext context) =>
        calls.ReadAsync(request, context, AgentName.Parse(request.AgentName), Tool.GetContext, static (request, view) => new GetContextResponse
        {
            Item = view.Find(ContextKey.Parse(request.Key)) is { } item ? Outgoing.Item(item, request.ValueForm) : null,
            Position = Outgoing.Position(view.Position),
        });

    public override Task<HasContextResponse> HasContext(HasContextRequest request, ServerCallContext context) =>
        calls.ReadAsync(request, context, AgentName.Parse(request.AgentName), Tool.GetContext, static (request, view) => new HasContextResponse
        {
            Exists = view.Find(ContextKey.Parse(request.Key)) is not null,
            Position = Outgoing.Position(view.Position),
        });

    public override Task<RemoveContextResponse> RemoveContext(RemoveContextRequest request, ServerCallContext context)
    {
        var agent = AgentName.Parse(request.AgentName);
        return calls.WriteAsync(
            new RemoveItem(ContextKey.Parse(request.Key), Incoming.Guard(request.HasIfRevision, request.IfRevision))
            {
                Actor = agent,
                Request = Incoming.Identity(request.HasRequestId, request.RequestId, nameof(RemoveContext), request),
            },
            context,
            static (result, _) => new RemoveContextResponse
            {
                Removed = result.Answer.Items > 0,
                Position = Outgoing.Position(result.Position),
                Replayed = result.IsReplay,
            });
    }

    public override Task<ListContextKeysResponse> ListContextKeys(ListContextKeysRequest request, ServerCallContext context) =>
        calls.ReadAsync(request, context, AgentName.Parse(request.AgentName), Tool.ListContext, static (request, view) =>
        {
            var size = Paging.Size(request.PageSize, Paging.DefaultKeys, Paging.MaxKeys);
            var page = Paging.Items(
                view, ItemFilter.All, size, request.PageToken, form: null, nameof(ListContextKeys), request.AgentName, out var next);
            var answer = new ListContextKeysResponse { NextPageToken = next, Position = Outgoing.Position(view.Position) };
            answer.Keys.AddRange(page.Items.Select(item => item.Key.Value));
            return answer;
        });

    public override Task<ToolHandlerListTopicsResponse> ListTopics(ToolHandlerListTopicsRequest request, ServerCallContext context) =>
        calls.ReadAsync(request, context, AgentName.Parse(request.AgentName), Tool.DiscoverTopics, static (request, view) =>
        {
            var answer = new ToolHandlerListTopicsResponse { Position = Outgoing.Position(view.Position) };
            answer.Topics.AddRange(Paging.Topics(view, request.PageSize, request.PageToken, nameof(ListTopics), request.AgentName, out var next));
            answer.NextPageToken = next;
            return answer;
        });

    public override Task<GetContextByTopicResponse> GetContextByTopic(GetContextByTopicRequest request, ServerCallContext context) =>
        calls.ReadAsync(request, context, AgentName.Parse(request.AgentName), Tool.GetContext, static (request, view) =>
        {
            var size = Paging.Size(request.PageSize, Paging.DefaultItems, Paging.MaxItems);
            var page = Paging.Items(
                view, new ItemFilter([TopicName.Parse(request.Topic)]), size, request.PageToken, request.ValueForm,
                nameof(GetContextByTopic), request.AgentName, out var next);
            var answer = new GetContextByTopicResponse { NextPageToken = next, Position = Outgoing.Position(view.Position) };
            answer.Items.AddRange(page.Items.Select(item => Outgoing.Item(item, request.ValueForm)));
            return answer;
        });

    public override Task<GetContextByPatternResponse> GetContextByPattern(GetContextByPatternRequest request, ServerCallContext context) =>
        calls.ReadAsync(request, context, AgentName.Parse(request.AgentName), Tool.GetContext, static (request, view) =>
        {
            var size = Paging.Size(request.PageSize, Paging.DefaultItems, Paging.MaxItems);
            var page = Paging.Items(
                view, new ItemFilter(Glob: KeyGlob.Parse(request.KeyGlob)), size, request.PageToken, request.ValueForm,
                nameof(GetContextByPattern), request.AgentName, out var next);
            var answer = new GetContextByPatternResponse { NextPageToken = next, Position = Outgoing.Position(view.Position) };
            answer.Items.AddRange(page.Items.Select(item => Outgoing.Item(item, request.ValueForm)));
            return answer;
        });

    public override Task<ClearContextResponse> ClearContext(ClearContextRequest request, ServerCallContext context)
    {
        var agent = AgentName.Parse(request.AgentName);
        return calls.WriteAsync(
            new ClearMesh
            {
                Actor = agent,
                Request = Incoming.Identity(request.HasRequestId, request.RequestId, nameof(ClearContext), request),
            },
            context,
            static (result, _) => new ClearContextResponse
            {
                RemovedItems = result.Answer.Items,
                Position = Outgoing.Position(result.Position),
                Replayed = result.IsReplay,
            });
    }

    public override Task<ToolHandlerUnsubscribeFromTopicsResponse> UnsubscribeFromTopics(
        ToolHandlerUnsubscribeFromTopicsRequest request, ServerCallContext context)
    {
        var agent = AgentName.Parse(request.AgentName);
        return calls.WriteAsync(
            new UnsubscribeTopics(agent, Incoming.Topics(request.Topics))
            {
                Actor = agent,
                Request = Incoming.Identity(request.HasRequestId, request.RequestId, nameof(ToolHandler) + nameof(UnsubscribeFromTopics), request),
            },
            context,
            (result, view) =>
            {
                var answer = new ToolHandlerUnsubscribeFromTopicsResponse { Position = Outgoing.Position(result.Position), Replayed = result.IsReplay };
                answer.TopicsUnsubscribed.AddRange(result.Answer.Topics ?? []);
                answer.TopicsNotSubscribed.AddRange(request.Topics.Distinct().Except(answer.TopicsUnsubscribed));
                Outgoing.AddTopics(answer.RemainingTopics, view.TopicsOf(agent));
                return answer;
            });
    }

    public override Task SubscribeToTopics(
        SubscribeToTopicsRequest request, IServerStreamWriter<SubscribeToTopicsResponse> responseStream, ServerCallContext context)
    {
        var feed = FeedRequest.Of(request);
        var registers = feed.After is null && !request.Resumes && !feed.Filter.Items.Topics.IsEmpty;
        return streams.RunAsync(
            feed,
            registers ? new AddTopics(feed.Agent!.Value, feed.Filter.Items.Topics) { Actor = feed.Agent } : null,
            message => responseStream.WriteAsync(new() { Message = message }),
            context);
    }
}
