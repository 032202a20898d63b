using System.Text.Json;

namespace Syntha.Client;

/// <summary>One tool, as it is offered to a model.</summary>
/// <param name="Name">
/// The name by which the model calls the tool. It is the tool's own, or has <c>syntha_</c> in front of it where that was taken.
/// </param>
/// <param name="Tool">One of <see cref="AgentTools"/>.</param>
/// <param name="Description">What the tool does, for the model. It is part of the definition as well.</param>
/// <param name="Definition">An entry of the vendor's list of tools.</param>
public sealed record ToolDefinition(string Name, string Tool, string Description, JsonElement Definition)
{
    internal static ToolDefinition From(V1.ToolDefinition wire) =>
        new(wire.Name, WireTools.NameOf(wire.Tool), wire.Description, JsonElement.Parse(wire.DefinitionJson));
}
