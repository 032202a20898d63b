namespace Syntha.Mesh.Prompts;

/// <summary>A prompt, the items in it, and the items that were left out.</summary>
/// <param name="Text">The text.</param>
/// <param name="Keys">The keys of the items in it, in byte order.</param>
/// <param name="Omitted">Items that were left out, in byte order, as many as an answer can name.</param>
/// <param name="TotalOmitted">The number of all items that were left out.</param>
public sealed record Prompt(string Text, IReadOnlyList<ContextKey> Keys, IReadOnlyList<Omission> Omitted, long TotalOmitted)
{
    /// <summary>Whether the next request for the same prompt gets this object, as long as nothing has changed.</summary>
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
