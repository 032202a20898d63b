using System.Text.Json;
using System.Text.Json.Serialization;
using Syntha.Mesh.Access;
using Syntha.Mesh.State;

namespace Syntha.Mesh.Writing;

/// <summary>
/// A write that a caller asks for. The writer's thread evaluates it against the state that its group has reached. It makes changes, or it
/// throws to refuse; it does nothing else. The room Writing has one type for each command. It uses Patching, Quotas, Reading,
/// State and the rooms below them.
/// </summary>
public abstract record MeshCommand
{
    /// <summary>The acting agent. Null: the owner.</summary>
    public AgentName? Actor { get; init; }

    /// <summary>The caller's own id for the command. Null: it has none.</summary>
    public RequestIdentity? Request { get; init; }

    /// <summary>A claim that the caller must hold. Checked for every command, before it is evaluated. Null: none.</summary>
    public FencingToken? IfClaim { get; init; }

    /// <summary>Its origin, for the audit trail. Null: unknown.</summary>
    public CommandOrigin? Origin { get; init; }

    /// <summary>The tool that a model called to give the command. Null: a program gave it.</summary>
    public Tool? CalledBy { get; init; }

    /// <summary>An estimate of the memory that it takes until it is written, in bytes.</summary>
    /// <param name="state">The state when the command came.</param>
    internal virtual long BytesIn(MeshState state) => 512;

    /// <summary>The tool that an agent needs for it. Null: the command is the owner's alone, or the mesh's own.</summary>
    internal abstract Tool? CountsAs { get; }

    /// <exception cref="MeshException">The command is refused.</exception>
    internal abstract CommandAnswer Evaluate(Evaluation evaluation);
}

/// <summary>The result of a command.</summary>
/// <param name="Position">The position of the command. If it changed nothing: the position of the mesh.</param>
/// <param name="IsReplay">Whether the request id was known, so that this is the answer of the first call.</param>
/// <param name="Answer">Its answer.</param>
/// <param name="HasChanges">Whether this call has put the command into the log.</param>
public sealed record CommandResult(Position Position, bool IsReplay, CommandAnswer Answer, bool HasChanges = false);

/// <summary>The answer of a command besides its position. Kept with the request id, so that a repeat gets the same answer.</summary>
/// <param name="Items">Items that it removed or purged.</param>
/// <param name="Agents">Agents with subscriptions that it changed.</param>
/// <param name="Topics">Topics that it removed.</param>
/// <param name="Subscribers">The names of these agents, or the first of them. Null: none, or nobody asks for names.</param>
/// <param name="Result">The result of a patch, as JSON text. Null: it has none.</param>
/// <param name="Parts">The answers of the operations of a commit, in order, up to the last one that says something.</param>
/// <param name="Until">When a claim that it gave or renewed ends, in microseconds since 1970. 0: it gave none.</param>
/// <param name="LeftAlone">How much an undo has left alone for an obstacle.</param>
/// <param name="HasRemoved">Whether a redaction has removed the present item.</param>
/// <param name="HasMore">Whether there is more to redact.</param>
public sealed record CommandAnswer(
    long Items = 0, long Agents = 0, IReadOnlyList<string>? Topics = null, IReadOnlyList<string>? Subscribers = null,
    string? Result = null, IReadOnlyList<CommandAnswer>? Parts = null, long Until = 0, long LeftAlone = 0, bool HasRemoved = false,
    bool HasMore = false)
{
    public static CommandAnswer None { get; } = new();

    /// <summary>When a claim that it gave or renewed ends.</summary>
    [JsonIgnore]
    public DateTimeOffset ExpireTime => DateTimeOffset.UnixEpoch.AddMicroseconds(Until);

    internal static CommandAnswer OfClaim(ClaimRecord record) =>
        new(Until: (record.Hold!.Until - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);

    internal string? Encode() => this == None ? null : JsonSerializer.Serialize(this, CommandAnswerJson.Default.CommandAnswer);

    internal static CommandAnswer Decode(string? text) =>
        text is null ? None : JsonSerializer.Deserialize(text, CommandAnswerJson.Default.CommandAnswer)!;
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(CommandAnswer))]
internal sealed partial class CommandAnswerJson : JsonSerializerContext;
