using Grpc.Core;
using Syntha.Mesh.Access;
using Syntha.Mesh.Writing;
using Syntha.Server.Mapping;

namespace Syntha.Server.Services;

/// <content>Calls that write.</content>
internal sealed partial class ContextMeshService
{
    public override Task<V1.PushResponse> Push(V1.PushRequest request, ServerCallContext context) =>
        methods.PushAsync(request, FromWire.Actor(request), nameof(Push), context);

    public override Task<V1.PushManyResponse> PushMany(V1.PushManyRequest request, ServerCallContext context) =>
        calls.WriteAsync(
            new PushItems(FromWire.Drafts(request))
            {
                Actor = FromWire.Actor(request),
                Request = FromWire.Identity(request, nameof(PushMany)),
                IfClaim = ClaimMapping.Guard(request.IfClaim),
            },
            context,
            static (result, _) => new V1.PushManyResponse { Position = ToWire.Position(result.Position), Replayed = result.IsReplay });

    public override Task<V1.PatchResponse> Patch(V1.PatchRequest request, ServerCallContext context) =>
        methods.PatchAsync(request, FromWire.Actor(request), nameof(Patch), context);

    public override Task<V1.CommitResponse> Commit(V1.CommitRequest request, ServerCallContext context) =>
        methods.CommitAsync(request, FromWire.Actor(request), nameof(Commit), context);

    public override Task<V1.RemoveResponse> Remove(V1.RemoveRequest request, ServerCallContext context) =>
        methods.RemoveAsync(request, FromWire.Actor(request), nameof(Remove), context);

    public override Task<V1.ClearResponse> Clear(V1.ClearRequest request, ServerCallContext context) =>
        methods.ClearAsync(request, FromWire.Actor(request), nameof(Clear), context);

    public override Task<V1.CleanupExpiredResponse> CleanupExpired(V1.CleanupExpiredRequest request, ServerCallContext context) =>
        calls.WriteAsync(
            new CleanupExpired { Actor = FromWire.Actor(request), Request = FromWire.Identity(request, nameof(CleanupExpired)) },
            context,
            static (result, _) => new V1.CleanupExpiredResponse
            {
                Position = ToWire.Position(result.Position),
                Replayed = result.IsReplay,
                PurgedItems = result.Answer.Items,
            });

    public override Task<V1.RegisterAgentTopicsResponse> RegisterAgentTopics(
        V1.RegisterAgentTopicsRequest request, ServerCallContext context)
    {
        var agent = FromWire.Agent(request);
        return calls.WriteAsync(
            new RegisterTopics(agent, FromWire.Topics(request.Topics, "topics"))
            {
                Request = FromWire.Identity(request, nameof(RegisterAgentTopics)),
            },
            context,
            (result, view) =>
            {
                var answer = new V1.RegisterAgentTopicsResponse { Position = ToWire.Position(result.Position), Replayed = result.IsReplay };
                ToWire.AddTopics(answer.Topics, view.TopicsOf(agent));
                return answer;
            });
    }

    public override Task<V1.UnsubscribeFromTopicsResponse> UnsubscribeFromTopics(
        V1.UnsubscribeFromTopicsRequest request, ServerCallContext context) =>
        methods.UnsubscribeAsync(request, isAgentsCall: false, nameof(UnsubscribeFromTopics), context);

    public override Task<V1.DeleteTopicResponse> DeleteTopic(V1.DeleteTopicRequest request, ServerCallContext context) =>
        calls.WriteAsync(
            new DeleteTopic(TopicName.Parse(request.Topic))
            {
                Actor = FromWire.Actor(request),
                Request = FromWire.Identity(request, nameof(DeleteTopic)),
            },
            context,
            static (result, _) => new V1.DeleteTopicResponse
            {
                Position = ToWire.Position(result.Position),
                Replayed = result.IsReplay,
                RemovedItems = result.Answer.Items,
                RemovedSubscribers = result.Answer.Agents,
            });

    public override Task<V1.SetPostPermissionsResponse> SetPostPermissions(
        V1.SetPostPermissionsRequest request, ServerCallContext context) =>
        calls.WriteAsync(
            new SetPermissions(FromWire.Agent(request), FromWire.Permissions(request.Permissions))
            {
                Request = FromWire.Identity(request, nameof(SetPostPermissions)),
            },
            context,
            static (result, _) => new V1.SetPostPermissionsResponse
            {
                Position = ToWire.Position(result.Position),
                Replayed = result.IsReplay,
            });

    public override Task<V1.SetAccessResponse> SetAccess(V1.SetAccessRequest request, ServerCallContext context)
    {
        var agent = FromWire.Agent(request);
        return calls.WriteAsync(
            new SetAccess(agent, FromWire.Access(request.Access)) { Request = FromWire.Identity(request, nameof(SetAccess)) },
            context,
            (result, view) => new V1.SetAccessResponse
            {
                Position = ToWire.Position(result.Position),
                Replayed = result.IsReplay,
                AvailableTools = { ToWire.Tools(view.AccessOf(agent)?.Available ?? ToolSet.Standard) },
            });
    }
}
