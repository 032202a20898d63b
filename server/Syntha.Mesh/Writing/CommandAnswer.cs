using System.Text.Json;
using System.Text.Json.Serialization;

namespace Syntha.Mesh.Writing;

/// <summary>What a command answers besides its position. Kept with the request id, so that a repeat gets the same.</summary>
/// <param name="Items">Items that it removed or purged.</param>
/// <param name="Agents">Agents whose subscriptions it changed.</param>
/// <param name="Topics">Topics that it took away.</param>
public sealed record CommandAnswer(long Items = 0, long Agents = 0, IReadOnlyList<string>? Topics = null)
{
    public static CommandAnswer None { get; } = new();

    internal string? Encode() => this == None ? null : JsonSerializer.Serialize(this, CommandAnswerJson.Default.CommandAnswer);

    internal static CommandAnswer Decode(string? text) =>
        text is null ? None : JsonSerializer.Deserialize(text, CommandAnswerJson.Default.CommandAnswer)!;
}

[JsonSerializable(typeof(CommandAnswer))]
internal sealed partial class CommandAnswerJson : JsonSerializerContext;
