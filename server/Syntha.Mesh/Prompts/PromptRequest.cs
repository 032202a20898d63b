namespace Syntha.Mesh.Prompts;

/// <summary>What prompt is wanted.</summary>
/// <param name="Kind">What is written around the items.</param>
/// <param name="Format">How the items are written.</param>
/// <param name="MaxAge">Only items that were written no longer ago; null: however old.</param>
/// <param name="Since">Only items that are new since this position; null: all.</param>
/// <param name="MaxBytes">How long the text may be, in UTF-8.</param>
public sealed record PromptRequest(PromptKind Kind, PromptFormat Format, TimeSpan? MaxAge, Position? Since, int MaxBytes);

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

/// <summary>Where context goes in a prompt that is there already.</summary>
public enum PromptPlacement
{
    Before,
    After,

    /// <summary>In place of each `{context}`.</summary>
    AtPlaceholder,
}

/// <summary>How items are written in a prompt.</summary>
public enum PromptFormat
{
    /// <summary>One line an item, as the Python package writes it. A value can pose as another item: for values that are trusted.</summary>
    Plain,

    /// <summary>Each item labelled and between lines that no value contains.</summary>
    Fenced,
}
