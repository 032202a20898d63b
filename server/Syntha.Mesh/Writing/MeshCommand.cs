using System.Text.Json;
using System.Text.Json.Serialization;
using Syntha.Mesh.Access;

namespace Syntha.Mesh.Writing;

/// <summary>
/// Something that a caller wants written. It is evaluated against the state that its group has reached, on the writer's thread, and either
/// leaves changes behind or refuses by throwing; it does nothing else.
/// </summary>
public abstract record MeshCommand
{
    /// <summary>The agent that acts; null: the owner.</summary>
    public AgentName? Actor { get; init; }

    /// <summary>The caller's own id for the command; null: none.</summary>
    public RequestIdentity? Request { get; init; }

    /// <summary>Where it comes from, for the audit trail; null: that is not known.</summary>
    public CommandOrigin? Origin { get; init; }

    /// <summary>The tool that an agent must be allowed to use for it; null: the owner's alone, or the mesh's own.</summary>
    internal abstract Tool? CountsAs { get; }

    /// <exception cref="MeshException">The command is refused.</exception>
    internal abstract CommandAnswer Evaluate(Evaluation evaluation);
}

/// <summary>How a command ended.</summary>
/// <param name="Position">The command's position, or the mesh's where it changed nothing.</param>
/// <param name="IsReplay">Whether the request id was known and this is the first call's answer.</param>
/// <param name="Answer">What it answers.</param>
/// <param name="HasChanges">Whether it is in the log now because of this call.</param>
public sealed record CommandResult(Position Position, bool IsReplay, CommandAnswer Answer, bool HasChanges = false);

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
