using Grpc.Core;
using Syntha.Mesh.Writing;
using Syntha.Server.Mapping;
using Syntha.V1;

namespace Syntha.Server.Services;

/// <summary>The owner's side of the contract: writes.</summary>
internal sealed partial class ContextMeshService
{
    public override Task<PushResponse> Push(PushRequest request, ServerCallContext context) =>
        calls.WriteAsync(
            new PushItems([Incoming.Draft(request)])
            {
                Actor = Incoming.Agent(request.HasAgentName, request.AgentName),
                Request = Incoming.Identity(request.HasRequestId, request.RequestId, nameof(Push), request),
            },
            context,
            static (result, _) => new PushResponse { Position = Outgoing.Position(result.Position), Replayed = result.IsReplay });

    public override Task<PushManyResponse> PushMany(PushManyRequest request, ServerCallContext context) =>
        calls.WriteAsync(
            new PushItems(Incoming.Drafts(request))
            {
                Actor = Incoming.Agent(request.HasAgentName, request.AgentName),
                Request = Incoming.Identity(request.HasRequestId, request.RequestId, nameof(PushMany), request),
            },
            context,
            static (result, _) => new PushManyResponse { Position = Outgoing.Position(result.Position), Replayed = result.IsReplay });

    public override Task<RemoveResponse> Remove(RemoveRequest request, ServerCallContext context) =>
        calls.WriteAsync(
            new RemoveItem(ContextKey.Parse(request.Key), Incoming.Guard(request.HasIfRevision, request.IfRevision))
            {
                Actor = Incoming.Agent(request.HasAgentName, request.AgentName),
                Request = Incoming.Identity(request.HasRequestId, request.RequestId, nameof(Remove), request),
            },
            context,
            static (result, _) => new RemoveResponse
            {
                Removed = result.Answer.Items > 0,
                Position = Outgoing.Position(result.Position),
                Replayed = result.IsReplay,
            });

    public override Task<ClearResponse> Clear(ClearRequest request, ServerCallContext context) =>
        calls.WriteAsync(
            new ClearMesh
            {
                Actor = Incoming.Agent(request.HasAgentName, request.AgentName),
                Request = Incoming.Identity(request.HasRequestId, request.RequestId, nameof(Clear), request),
            },
            context,
            static (result, _) => new ClearResponse
            {
                RemovedItems = result.Answer.Items,
                Position = Outgoing.Position(result.Position),
                Replayed = result.IsReplay,
            });

    public override Task<CleanupExpiredResponse> CleanupExpired(CleanupExpiredRequest request, ServerCallContext context) =>
        calls.WriteAsync(
            new CleanupExpired
            {
                Actor = Incoming.Agent(request.HasAgentName, request.AgentName),
                Request = Incoming.Identity(request.HasRequestId, request.RequestId, nameof(CleanupExpired), request),
            },
            context,
            static (result, _) => new CleanupExpiredResponse
            {
                PurgedItems = result.Answer.Items,
                Position = Outgoing.Position(result.Position),
                Replayed = result.IsReplay,
            });

    public override Task<RegisterAgentTopicsResponse> RegisterAgentTopics(RegisterAgentTopicsRequest request, ServerCallContext context)
    {
        var agent = AgentName.Parse(request.AgentName);
        return calls.WriteAsync(
            new RegisterTopics(agent, Incoming.Topics(request.Topics))
            {
                Request = Incoming.Identity(request.HasRequestId, request.RequestId, nameof(RegisterAgentTopics), request),
            },
            context,
            (result, view) =>
            {
                var answer = new RegisterAgentTopicsResponse { Position = Outgoing.Position(result.Position), Replayed = result.IsReplay };
                Outgoing.AddTopics(answer.Topics, view.TopicsOf(agent));
                return answer;
            });
    }

    public override Task<UnsubscribeFromTopicsResponse> UnsubscribeFromTopics(UnsubscribeFromTopicsRequest request, ServerCallContext context)
    {
        var agent = AgentName.Parse(request.AgentName);
        return calls.WriteAsync(
            new UnsubscribeTopics(agent, Incoming.Topics(request.Topics))
            {
                Request = Incoming.Identity(request.HasRequestId, request.RequestId, nameof(UnsubscribeFromTopics), request),
            },
            context,
            (result, view) =>
            {
                var answer = new UnsubscribeFromTopicsResponse { Position = Outgoing.Position(result.Position), Replayed = result.IsReplay };
                Outgoing.AddTopics(answer.Topics, view.TopicsOf(agent));
                return answer;
            });
    }

    public override Task<DeleteTopicResponse> DeleteTopic(DeleteTopicRequest request, ServerCallContext context) =>
        calls.WriteAsync(
            new DeleteTopic(TopicName.Parse(request.Topic))
            {
                Actor = Incoming.Agent(request.HasAgentName, request.AgentName),
                Request = Incoming.Identity(request.HasRequestId, request.RequestId, nameof(DeleteTopic), request),
            },
            context,
            static (result, _) => new DeleteTopicResponse
            {
                RemovedItems = result.Answer.Items,
                RemovedSubscribers = result.Answer.Agents,
                Position = Outgoing.Position(result.Position),
                Replayed = result.IsReplay,
            });

    public override Task<SetPostPermissionsResponse> SetPostPermissions(SetPostPermissionsRequest request, ServerCallContext context) =>
        calls.WriteAsync(
            new SetPermissions(AgentName.Parse(request.AgentName), Incoming.Permissions(request.Permissions))
            {
                Request = Incoming.Identity(request.HasRequestId, request.RequestId, nameof(SetPostPermissions), request),
            },
            context,
            static (result, _) => new SetPostPermissionsResponse { Position = Outgoing.Position(result.Position), Replayed = result.IsReplay });
}
