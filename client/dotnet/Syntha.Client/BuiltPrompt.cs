namespace Syntha.Client;

/// <summary>A prompt, and what became of the items that could have been in it. Immutable.</summary>
public sealed class BuiltPrompt
{
    internal BuiltPrompt(V1.Prompt wire, V1.Position position)
    {
        Text = wire.Text;
        Keys = [.. wire.Keys];
        Omitted = wire.Omitted.ToDictionary(omitted => omitted.Key, omitted => (PromptOmission)omitted.Reason, StringComparer.Ordinal);
        TotalOmitted = wire.TotalOmitted;
        Position = Position.From(position);
    }

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <summary>The keys whose values it shows, in byte order.</summary>
    public IReadOnlyList<string> Keys { get; }

    /// <summary>Items that were left out, with the reason: the first 1,000.</summary>
    public IReadOnlyDictionary<string, PromptOmission> Omitted { get; }

    /// <summary>How many were left out in all.</summary>
    public long TotalOmitted { get; }

    /// <summary>The mesh's position that it shows: what <see cref="PromptRequest.Since"/> takes next time.</summary>
    public Position Position { get; }
}
