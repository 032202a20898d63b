namespace Syntha.Client;

/// <summary>A prompt, and the items that it leaves out. Immutable.</summary>
public sealed class BuiltPrompt
{
    internal BuiltPrompt(V1.Prompt wire, V1.Position position)
    {
        Text = wire.Text;
        Keys = [.. wire.Keys];
        Omitted = wire.Omitted.ToDictionary(omitted => omitted.Key, omitted => OmissionOf(omitted.Reason), StringComparer.Ordinal);
        TotalOmitted = wire.TotalOmitted;
        Position = Position.From(position);
    }

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <summary>The keys of the items that the text shows, in byte order.</summary>
    public IReadOnlyList<string> Keys { get; }

    /// <summary>Items that were left out, with the reason: the first 1,000.</summary>
    public IReadOnlyDictionary<string, PromptOmission> Omitted { get; }

    /// <summary>Number of all items that were left out.</summary>
    public long TotalOmitted { get; }

    /// <summary>The mesh's position that the prompt shows. <see cref="PromptRequest.Since"/> takes it next time.</summary>
    public Position Position { get; }

    private static PromptOmission OmissionOf(V1.OmissionReason reason) => reason switch
    {
        V1.OmissionReason.TooLarge => PromptOmission.TooLarge,
        V1.OmissionReason.TooOld => PromptOmission.TooOld,
        V1.OmissionReason.Unchanged => PromptOmission.Unchanged,
        _ => PromptOmission.Unknown,
    };
}
