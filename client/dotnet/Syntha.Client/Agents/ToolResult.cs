using System.Text.Json;

namespace Syntha.Client;

/// <summary>A tool's result for its model. A refusal is a result as well, so that the model can correct its call. Immutable.</summary>
public sealed class ToolResult
{
    // Values nest up to 64 levels deep, and a result has them a few levels further in.
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 128 };

    internal ToolResult(V1.CallToolResponse wire)
    {
        Json = wire.ResultJson;
        IsSuccess = wire.Success;
        Position = Position.From(wire.Position);
        using var document = JsonDocument.Parse(Json, Options);
        Result = document.RootElement.Clone();
    }

    /// <summary>The result for the model: a JSON object as text.</summary>
    public string Json { get; }

    /// <summary>The same, parsed: <c>success</c>, then <c>message</c> or <c>error</c>, and what the tool tells.</summary>
    public JsonElement Result { get; }

    /// <summary>Whether the tool did its task.</summary>
    public bool IsSuccess { get; }

    /// <summary>The position of the tool's command, or the mesh's when nothing changed.</summary>
    public Position Position { get; }

    /// <summary>Why the call was refused. <see langword="null"/> when it succeeded.</summary>
    public string? Error => IsSuccess ? null : Result.GetProperty("error").GetString();
}
