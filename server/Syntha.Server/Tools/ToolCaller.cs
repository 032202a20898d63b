using System.Text.Json;
using Grpc.Core;
using Syntha.Mesh.Log;
using Syntha.Mesh.Reading;
using Syntha.Server.Admission;
using Syntha.Server.Audit;
using Syntha.Server.Mapping;
using Syntha.Server.Meshes;
using Syntha.Server.Wire;
using ToolNames = Syntha.Mesh.Access.ToolNames;
using ToolSet = Syntha.Mesh.Access.ToolSet;

namespace Syntha.Server.Tools;

/// <summary>
/// Calls tools for models. A refusal that a model can put right by another call becomes a result. Every other refusal stays a fault. It is
/// the main type of the room Tools, which uses Admission, Audit, Mapping, Meshes and Wire.
/// </summary>
internal sealed class ToolCaller(MeshCalls calls, RefusalRecorder audit)
{
    private const int MaxNameTold = 128;

    public async Task<V1.CallToolResponse> CallAsync(V1.CallToolRequest request, ServerCallContext context)
    {
        if (request.AsAgent.Length == 0)
        {
            return Answer(ToolResult.Refusal("Agent name not set"), new());
        }

        var agent = AgentName.Parse(request.AsAgent);
        var identity = FromWire.Identity(request, nameof(V1.ToolHandler.ToolHandlerBase.CallTool));
        if (ToolBox.Find(request.Name) is not { } tool)
        {
            return await RefuseAsync(agent, context, view => Unknown(request.Name, Available(context, view)));
        }

        ToolArguments? arguments = null;
        try
        {
            FromWire.CheckSize(request, "; push smaller values");
            arguments = ToolArguments.Parse(request.ArgumentsJson, tool);
            return tool is WritingTool writing
                ? await WriteAsync(writing, agent, arguments, identity, context)
                : await ReadAsync((ReadingTool)tool, agent, arguments, context);
        }
        catch (ArgumentFault fault)
        {
            return await RefuseAsync(agent, context, tool, _ => ToolResult.Refusal(fault.Message, json => WriteSubject(json, arguments)));
        }
        catch (MeshException refusal) when (IsForTheModel(refusal.Reason))
        {
            audit.RecordTool(context, agent, tool.Name, refusal.Reason);
            return await RefuseAsync(agent, context, tool, _ => ToolResult.Refusal(refusal.Message, json =>
            {
                json.WriteString("reason", StatusMapper.NameOf(refusal.Reason));
                WriteSubject(json, arguments);
            }));
        }
    }

    private Task<V1.CallToolResponse> ReadAsync(ReadingTool tool, AgentName agent, ToolArguments arguments, ServerCallContext context) =>
        calls.ReadAsync(
            (tool, agent, arguments), context, agent,
            static (call, view) => Answer(call.tool.Read(call.agent, call.arguments, view), ToWire.Position(view.Position)),
            tool.Tool,
            tool.LooksAtAll(arguments));

    private async Task<V1.CallToolResponse> WriteAsync(
        WritingTool tool, AgentName agent, ToolArguments arguments, RequestIdentity? identity, ServerCallContext context)
    {
        var call = tool.Parse(agent, arguments);
        if (call.Refusal is { } refusal)
        {
            return await RefuseAsync(agent, context, tool, _ => refusal);
        }

        return await calls.WriteAsync(
            call.Command with { Actor = agent, Request = identity, CalledBy = tool.Tool },
            context,
            (result, view) => Answer(call.ResultOf(result, view), ToWire.Position(result.Position), result.IsReplay),
            tool.Name);
    }

    // An agent that may not use the tool at all is told this, and not the fault in its call.
    private Task<V1.CallToolResponse> RefuseAsync(
        AgentName agent, ServerCallContext context, AgentTool tool, Func<MeshView, ToolResult> refusal) =>
        RefuseAsync(
            agent, context, view => view.Tools.Has(tool.Tool) ? refusal(view) : Denied(tool, agent, view, Available(context, view)));

    private Task<V1.CallToolResponse> RefuseAsync(AgentName agent, ServerCallContext context, Func<MeshView, ToolResult> refusal) =>
        calls.RefuseAsync(refusal, context, agent, static (refusal, view) => Answer(refusal(view), ToWire.Position(view.Position)));

    // A tool that the credential's role lacks was refused before the call came here.
    private static ToolSet Available(ServerCallContext context, MeshView view) =>
        view.Tools.And(AgentRights.ToolsOf(Caller.Of(context).Credential));

    private static ToolResult Denied(AgentTool tool, AgentName agent, MeshView view, ToolSet available) =>
        ToolResult.Refusal($"Access denied to tool: {tool.Name}", json =>
        {
            json.WriteString("reason", $"Agent '{agent}' does not have permission to use this tool");
            json.WriteList("available_tools", ToolNames.NamesOf(available));
            json.WriteString("agent_role", view.AccessOf(agent)?.Role);
        });

    private static ToolResult Unknown(string name, ToolSet available) => ToolResult.Refusal(
        $"Unknown tool: {(name.Length <= MaxNameTold ? name : name[..MaxNameTold])}",
        json => json.WriteList("available_tools", ToolNames.NamesOf(available)));

    // Programs that call tools look here for what the failure is about.
    private static void WriteSubject(Utf8JsonWriter json, ToolArguments? arguments)
    {
        if (arguments?.FindSubject() is var (name, text))
        {
            json.WriteString(name, text);
        }
    }

    // The contract's reasons that concern the model's request, and not the server, the credential or the call itself.
    private static bool IsForTheModel(ErrorReason reason) => reason is
        ErrorReason.ToolNotAllowed or ErrorReason.RoutingNotAllowed or ErrorReason.KeyNotWritable
        or ErrorReason.KeyInvalid or ErrorReason.AgentInvalid or ErrorReason.TopicInvalid or ErrorReason.JsonInvalid
        or ErrorReason.ValueTooLarge or ErrorReason.RequestTooLarge or ErrorReason.FilterInvalid or ErrorReason.ArgumentInvalid
        or ErrorReason.PatchInvalid or ErrorReason.PatchFailed or ErrorReason.ClaimHeld or ErrorReason.ClaimLost
        or ErrorReason.QuotaItems or ErrorReason.QuotaBytes or ErrorReason.QuotaAgents or ErrorReason.QuotaTopics
        or ErrorReason.QuotaClaims;

    private static V1.CallToolResponse Answer(ToolResult result, V1.Position position, bool isReplay = false) =>
        new() { ResultJson = result.Json, Success = result.IsSuccess, Position = position, Replayed = isReplay };
}
