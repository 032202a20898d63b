using Grpc.Core;
using Syntha.Mesh.Access;
using Syntha.Mesh.Prompts;
using Syntha.Server.Admission;
using Syntha.Server.Mapping;
using Syntha.Server.Tools;
using Syntha.Server.Tools.Dialects;
using Syntha.Server.Wire;
using Syntha.V1;

namespace Syntha.Server.Services;

/// <summary>An agent's side of the contract: what models call, and what they are told.</summary>
internal sealed partial class ToolHandlerService
{
    private const int MaxTakenNames = 1_000;

    public override Task<ListToolsResponse> ListTools(ListToolsRequest request, ServerCallContext context)
    {
        Incoming.Demand(request.TakenNames.Count, MaxTakenNames, "taken_names");
        // What an agent may use it may always ask.
        var ofCredential = AgentRights.ToolsOf(Caller.Of(context).Credential);
        return calls.ReadAsync((request, ofCredential), context, AgentName.Parse(request.AgentName), tool: null, static (asked, view) =>
        {
            var (request, ofCredential) = asked;
            var answer = new ListToolsResponse { Position = Outgoing.Position(view.Position) };
            answer.Tools.AddRange(ToolBox.Listed(view.Tools.And(ofCredential), request.TakenNames.ToHashSet(StringComparer.Ordinal)).Select(listed => new ToolDefinition
            {
                Name = listed.Name,
                Tool = listed.Tool.Name,
                Description = listed.Tool.Description,
                DefinitionJson = DialectWriter.DefinitionOf(request.Dialect, listed.Tool, listed.Name),
            }));
            return answer;
        });
    }

    public override Task<ToolHandlerBuildPromptResponse> BuildPrompt(ToolHandlerBuildPromptRequest request, ServerCallContext context) =>
        calls.ReadAsync(
            PromptMapping.FromWire(request.Spec), context, AgentName.Parse(request.AgentName), Tool.GetContext,
            static (prompt, view) => AnswerBytes.AnswerOf(
                PromptBuilder.Build(prompt, view), view.Position,
                static (prompt, position) => new ToolHandlerBuildPromptResponse
                {
                    Prompt = PromptMapping.ToWire(prompt),
                    Position = Outgoing.Position(position),
                }));

    public override async Task<ToolHandlerLogOutcomeResponse> LogOutcome(ToolHandlerLogOutcomeRequest request, ServerCallContext context)
    {
        var logged = await outcomes.LogAsync(
            AgentName.Parse(request.AgentName), OutcomeMapping.FromWire(request.Report),
            Incoming.Identity(request.HasRequestId, request.RequestId, nameof(ToolHandler) + nameof(LogOutcome), request), context);
        return new() { Number = logged.Number, Replayed = logged.IsReplay };
    }

    public override Task<CallToolResponse> CallTool(CallToolRequest request, ServerCallContext context) => tools.CallAsync(request, context);
}
