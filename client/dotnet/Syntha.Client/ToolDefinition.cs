using System.Text.Json;

namespace Syntha.Client;

/// <summary>A tool as it is offered to a model.</summary>
/// <param name="Name">The name that the model calls it by: the tool's, or that with <c>syntha_</c> in front where it was taken.</param>
/// <param name="Tool">One of <see cref="AgentTools"/>.</param>
/// <param name="Description">What it does, for the model: part of the definition.</param>
/// <param name="Definition">An entry of the vendor's list of tools.</param>
public sealed record ToolDefinition(string Name, string Tool, string Description, JsonElement Definition)
{
    internal static ToolDefinition From(V1.ToolDefinition wire) =>
        new(wire.Name, wire.Tool, wire.Description, JsonElement.Parse(wire.DefinitionJson));
}
