namespace Syntha.Mesh.Prompts;

/// <summary>What is written around the items.</summary>
public abstract record PromptKind
{
    private PromptKind()
    {
    }

    /// <param name="Template">Empty: a ready template, or the context alone.</param>
    /// <param name="ReadyTemplate">The name of one; empty: none.</param>
    /// <param name="OmitsHeader">Whether the header line is left out.</param>
    /// <param name="Existing">A prompt that comes behind; empty: none.</param>
    public sealed record SystemPrompt(string Template, string ReadyTemplate, bool OmitsHeader, string Existing) : PromptKind;

    /// <param name="Template">As of a system prompt.</param>
    /// <param name="ReadyTemplate">As of a system prompt.</param>
    /// <param name="OmitsHeader">As of a system prompt.</param>
    public sealed record Message(string Template, string ReadyTemplate, bool OmitsHeader) : PromptKind;

    /// <param name="Keys">The items that the template may use.</param>
    /// <param name="Template">The template.</param>
    /// <param name="Fallback">What stands for an item that is not there.</param>
    public sealed record Custom(ImmutableArray<ContextKey> Keys, string Template, string Fallback) : PromptKind;

    /// <param name="Existing">The prompt that the context goes into.</param>
    /// <param name="Placement">Where.</param>
    /// <param name="Separator">What stands between.</param>
    public sealed record Injection(string Existing, PromptPlacement Placement, string Separator) : PromptKind;
}
