namespace Syntha.Mesh.Prompts;

/// <summary>A prompt, and what became of the items that could have been in it.</summary>
/// <param name="Text">The text.</param>
/// <param name="Keys">The keys whose values it shows, in byte order.</param>
/// <param name="Omitted">Items that were left out, in byte order; as many as an answer can name.</param>
/// <param name="TotalOmitted">How many were left out in all.</param>
public sealed record Prompt(string Text, IReadOnlyList<ContextKey> Keys, IReadOnlyList<Omission> Omitted, long TotalOmitted)
{
    /// <summary>Whether whoever asks for it next gets this same object, as long as nothing has changed.</summary>
    public bool IsKept { get; init; }
}

/// <summary>An item that was left out of a prompt.</summary>
public readonly record struct Omission(ContextKey Key, OmissionReason Reason);

public enum OmissionReason
{
    TooLarge,
    TooOld,
    Unchanged,
}
