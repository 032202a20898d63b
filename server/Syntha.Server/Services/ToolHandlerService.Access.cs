using Grpc.Core;
using Syntha.Mesh.Access;
using Syntha.Mesh.Writing;
using Syntha.Server.Admission;
using Syntha.Server.Mapping;
using Syntha.V1;
using ToolNames = Syntha.Mesh.Access.ToolNames;

namespace Syntha.Server.Services;

/// <summary>An agent's side of the contract: which tools it may use.</summary>
internal sealed partial class ToolHandlerService
{
    public override Task<GetAccessResponse> GetAccess(GetAccessRequest request, ServerCallContext context) =>
        calls.ReadAsync((AgentName.Parse(request.AgentName), AgentRights.ToolsOf(Caller.Of(context).Credential)), context, null, null, static (asked, view) =>
        {
            var (agent, ofCredential) = asked;
            var access = view.AccessOf(agent);
            var available = ofCredential.And(access?.Available ?? ToolSet.All);
            return new GetAccessResponse
            {
                Access = Outgoing.Access(access),
                AvailableTools = { ToolNames.NamesOf(available) },
                DeniedTools = { ToolNames.NamesOf(ToolSet.All.Without(available)) },
                TotalAvailable = available.Count,
                TotalPossible = ToolSet.All.Count,
                Position = Outgoing.Position(view.Position),
            };
        });

    public override Task<SetAccessResponse> SetAccess(SetAccessRequest request, ServerCallContext context)
    {
        var agent = AgentName.Parse(request.AgentName);
        return calls.WriteAsync(
            new SetAccess(agent, Incoming.Access(request.Access))
            {
                Request = Incoming.Identity(request.HasRequestId, request.RequestId, nameof(SetAccess), request),
            },
            context,
            (result, view) => new SetAccessResponse
            {
                AvailableTools = { ToolNames.NamesOf(view.AccessOf(agent)?.Available ?? ToolSet.All) },
                Position = Outgoing.Position(result.Position),
                Replayed = result.IsReplay,
            });
    }
}
