using System.Globalization;
using Grpc.Core;
using Syntha.Mesh.Access;
using Syntha.Mesh.History;
using Syntha.Mesh.Prompts;
using Syntha.Mesh.Reading;
using Syntha.Mesh.Writing;
using Syntha.Server.Admission;
using Syntha.Server.Mapping;
using Syntha.Server.Meshes;
using Syntha.Server.Wire;

namespace Syntha.Server.Services;

/// <summary>
/// The methods that ContextMesh and ToolHandler share. Each service decides who acts: in ContextMesh the owner or an agent, in ToolHandler
/// always an agent. The name of the method is a part of a request's identity, so a request id of one service is not known in the other.
/// </summary>
internal sealed class SharedMethods(MeshCalls calls, OutcomeCalls outcomes)
{
    public Task<V1.PushResponse> PushAsync(V1.PushRequest request, AgentName? actor, string method, ServerCallContext context) =>
        calls.WriteAsync(
            new PushItems([FromWire.Draft(request)])
            {
                Actor = actor,
                Request = FromWire.Identity(request, method),
                IfClaim = ClaimMapping.Guard(request.IfClaim),
            },
            context,
            static (result, _) => new V1.PushResponse { Position = ToWire.Position(result.Position), Replayed = result.IsReplay });

    public Task<V1.PatchResponse> PatchAsync(V1.PatchRequest request, AgentName? actor, string method, ServerCallContext context) =>
        calls.WriteAsync(
            CommitMapping.FromWire(request) with
            {
                Actor = actor,
                Request = FromWire.Identity(request, method),
                IfClaim = ClaimMapping.Guard(request.IfClaim),
            },
            context,
            static (result, _) =>
            {
                var answer = new V1.PatchResponse { Position = ToWire.Position(result.Position), Replayed = result.IsReplay };
                if (result.Answer.Result is { } json)
                {
                    answer.ResultJson = json;
                }

                return answer;
            });

    public Task<V1.CommitResponse> CommitAsync(V1.CommitRequest request, AgentName? actor, string method, ServerCallContext context)
    {
        var commit = CommitMapping.FromWire(request, actor) with { Actor = actor, Request = FromWire.Identity(request, method) };
        return calls.WriteAsync(
            commit,
            context,
            (result, _) =>
            {
                var answer = new V1.CommitResponse { Position = ToWire.Position(result.Position), Replayed = result.IsReplay };
                CommitMapping.AddResults(answer, commit, result.Position, result.Answer);
                return answer;
            });
    }

    public Task<V1.PlanUndoResponse> PlanUndoAsync(V1.PlanUndoRequest request, AgentName? actor, ServerCallContext context)
    {
        var (scope, page) = (UndoMapping.Scope(request.Scope, actor), UndoMapping.Page(request));
        return calls.ReadHistoryAsync(request, context, actor, async lease =>
        {
            using var large = await lease.EnterLargePastReadAsync(context.CancellationToken);
            return UndoMapping.ToWire(
                await UndoPlan.ListAsync(lease, actor, scope, page.Plan, page.Size, page.After, context.CancellationToken), request);
        });
    }

    public Task<V1.UndoResponse> UndoAsync(V1.UndoRequest request, AgentName? actor, string method, ServerCallContext context)
    {
        var (scope, plan) = (UndoMapping.Scope(request.Scope, actor), HistoryMapping.Position(request.PlanPosition));
        var identity = FromWire.Identity(request, method);
        return calls.WritePreparedAsync(
            request,
            context,
            actor,
            async lease =>
            {
                using var large = await lease.EnterLargePastReadAsync(context.CancellationToken);
                var undo = await UndoPlan.PrepareAsync(lease.Mesh!, actor, scope, plan, request.AllOrNothing, context.CancellationToken);
                return undo with { Actor = actor, Request = identity };
            },
            static result => new V1.UndoResponse
            {
                Position = ToWire.Position(result.Position),
                Replayed = result.IsReplay,
                Undone = result.Answer.Items,
                LeftAlone = result.Answer.LeftAlone,
            },
            also: Tool.GetContext);
    }

    public Task<V1.GetResponse> GetAsync(V1.GetRequest request, AgentName? actor, ServerCallContext context)
    {
        FromWire.Known(request.View, "view");
        return request.ReadPoint is { } point
            ? calls.ReadPastAsync(request, context, actor, HistoryMapping.Point(point), [ContextKey.Parse(request.Key)], Get)
            : calls.ReadAsync(request, context, actor, Get, mayBeCostly: request.View == V1.ItemView.Structured);
    }

    public Task<V1.ListResponse> ListAsync(V1.ListRequest request, AgentName? actor, ServerCallContext context) =>
        request.ReadPoint is { } point
            ? calls.ReadPastAsync(request, context, actor, HistoryMapping.Point(point), keys: null, List)
            : calls.ReadAsync(request, context, actor, List, mayBeCostly: Paging.IsMuchWork(request));

    public Task<V1.RemoveResponse> RemoveAsync(V1.RemoveRequest request, AgentName? actor, string method, ServerCallContext context) =>
        calls.WriteAsync(
            new RemoveItem(ContextKey.Parse(request.Key), FromWire.Guard(request.HasIfRevision, request.IfRevision))
            {
                Actor = actor,
                Request = FromWire.Identity(request, method),
                IfClaim = ClaimMapping.Guard(request.IfClaim),
            },
            context,
            static (result, _) => new V1.RemoveResponse
            {
                Position = ToWire.Position(result.Position),
                Replayed = result.IsReplay,
                Removed = result.Answer.Items > 0,
            });

    public Task<V1.ClearResponse> ClearAsync(V1.ClearRequest request, AgentName? actor, string method, ServerCallContext context) =>
        calls.WriteAsync(
            new ClearMesh { Actor = actor, Request = FromWire.Identity(request, method) },
            context,
            static (result, _) => new V1.ClearResponse
            {
                Position = ToWire.Position(result.Position),
                Replayed = result.IsReplay,
                RemovedItems = result.Answer.Items,
            });

    public Task<V1.ListTopicsResponse> ListTopicsAsync(V1.ListTopicsRequest request, AgentName? actor, ServerCallContext context) =>
        calls.ReadAsync(request, context, actor, static (request, view) =>
        {
            var answer = new V1.ListTopicsResponse { Position = ToWire.Position(view.Position) };
            answer.Topics.AddRange(Paging.Topics(view, request, out var next));
            answer.NextPageToken = next;
            return answer;
        }, mayBeCostly: true);

    /// <param name="request">The topics, and the agent that loses them.</param>
    /// <param name="isAgentsCall">Whether the agent itself acts. Otherwise the owner acts.</param>
    /// <param name="method">The name of the method.</param>
    /// <param name="context">The call.</param>
    public Task<V1.UnsubscribeFromTopicsResponse> UnsubscribeAsync(
        V1.UnsubscribeFromTopicsRequest request, bool isAgentsCall, string method, ServerCallContext context)
    {
        var agent = FromWire.Agent(request);
        return calls.WriteAsync(
            new UnsubscribeTopics(agent, FromWire.Topics(request.Topics, "topics"))
            {
                Actor = isAgentsCall ? agent : null,
                Request = FromWire.Identity(request, method),
            },
            context,
            (result, view) =>
            {
                var answer = new V1.UnsubscribeFromTopicsResponse
                {
                    Position = ToWire.Position(result.Position),
                    Replayed = result.IsReplay,
                };
                ToWire.AddTopics(answer.Topics, view.TopicsOf(agent));
                answer.UnsubscribedTopics.AddRange(result.Answer.Topics ?? []);
                answer.NotSubscribedTopics.AddRange(request.Topics.Distinct().Except(answer.UnsubscribedTopics));
                return answer;
            });
    }

    public Task<V1.GetAccessResponse> GetAccessAsync(V1.GetAccessRequest request, ServerCallContext context) =>
        calls.ReadAsync(
            (FromWire.Agent(request), AgentRights.ToolsOf(Caller.Of(context).Credential)),
            context,
            agent: null,
            static (asked, view) =>
            {
                var (agent, ofCredential) = asked;
                var access = view.AccessOf(agent);
                var available = ofCredential.And(access?.Available ?? ToolSet.Standard);
                return new V1.GetAccessResponse
                {
                    Position = ToWire.Position(view.Position),
                    Access = ToWire.Access(access),
                    AvailableTools = { ToWire.Tools(available) },
                    UnavailableTools = { ToWire.Tools(ToolSet.All.Without(available)) },
                };
            });

    public Task<V1.BuildPromptResponse> BuildPromptAsync(V1.BuildPromptRequest request, AgentName? actor, ServerCallContext context) =>
        request.ReadPoint is { } point
            ? calls.ReadPastAsync(
                PromptMapping.FromWire(request.Spec), context, actor, HistoryMapping.Point(point), keys: null, BuildPrompt)
            : calls.ReadAsync(PromptMapping.FromWire(request.Spec), context, actor, BuildPrompt, mayBeCostly: true);

    /// <param name="request">The report, and the agent that did the task.</param>
    /// <param name="isAgentsCall">Whether the agent itself acts. Otherwise the owner acts.</param>
    /// <param name="method">The name of the method.</param>
    /// <param name="context">The call.</param>
    public async Task<V1.LogOutcomeResponse> LogOutcomeAsync(
        V1.LogOutcomeRequest request, bool isAgentsCall, string method, ServerCallContext context)
    {
        if (isAgentsCall)
        {
            await calls.CheckToolAsync(request, FromWire.Agent(request), context);
        }

        var logged = await outcomes.LogAsync(
            FromWire.Agent(request), OutcomeMapping.FromWire(request.Report), FromWire.Identity(request, method), context);
        return new() { Number = logged.Number, Replayed = logged.IsReplay };
    }

    private static V1.GetResponse Get(V1.GetRequest request, MeshView view)
    {
        var item = view.Find(ContextKey.Parse(request.Key));
        // A caller that asked for one value must not take an answer without it for an absent item.
        if (item?.IsRedacted == true && request.View != V1.ItemView.Keys)
        {
            throw new MeshException(ErrorReason.VersionRedacted, "The value that the item had then was redacted.")
            {
                Metadata = { ["revision"] = item.Place.Revision.ToString(CultureInfo.InvariantCulture) },
            };
        }

        return new()
        {
            Position = ToWire.Position(view.Position),
            Item = item is null ? null : ToWire.Item(item, request.View),
        };
    }

    private static V1.ListResponse List(V1.ListRequest request, MeshView view)
    {
        var page = Paging.Items(view, request, out var next);
        var answer = new V1.ListResponse { Position = ToWire.Position(view.Position), NextPageToken = next };
        answer.Items.AddRange(page.Items.Select(item => ToWire.Item(item, request.View)));
        return answer;
    }

    private static V1.BuildPromptResponse BuildPrompt(PromptRequest prompt, MeshView view) => AnswerBytes.AnswerOf(
        PromptBuilder.Build(prompt, view), view.Position,
        static (prompt, position) => new V1.BuildPromptResponse
        {
            Position = ToWire.Position(position),
            Prompt = PromptMapping.ToWire(prompt),
        });
}
