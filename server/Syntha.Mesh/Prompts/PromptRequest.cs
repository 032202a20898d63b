namespace Syntha.Mesh.Prompts;

/// <summary>A request for a prompt.</summary>
/// <param name="Kind">The text around the items.</param>
/// <param name="Format">How the items are written.</param>
/// <param name="MaxAge">Only items that were written no longer ago. Null: items of any age.</param>
/// <param name="Since">Only items that are new since this position. Null: all items.</param>
/// <param name="MaxBytes">The most bytes of the text, in UTF-8.</param>
public sealed record PromptRequest(PromptKind Kind, PromptFormat Format, TimeSpan? MaxAge, Position? Since, int MaxBytes);

/// <summary>The text around the items.</summary>
public abstract record PromptKind
{
    private PromptKind()
    {
    }

    /// <param name="Template">Empty: a ready template, or only the context.</param>
    /// <param name="ReadyTemplate">The name of a ready template. Empty: none.</param>
    /// <param name="OmitsHeader">Whether the header line is left out.</param>
    /// <param name="Existing">A prompt that follows. Empty: none.</param>
    public sealed record SystemPrompt(string Template, string ReadyTemplate, bool OmitsHeader, string Existing) : PromptKind;

    /// <param name="Template">As of a system prompt.</param>
    /// <param name="ReadyTemplate">As of a system prompt.</param>
    /// <param name="OmitsHeader">As of a system prompt.</param>
    public sealed record Message(string Template, string ReadyTemplate, bool OmitsHeader) : PromptKind;

    /// <param name="Keys">The items that the template may use.</param>
    /// <param name="Template">The template.</param>
    /// <param name="Fallback">The text in place of a missing item.</param>
    public sealed record Custom(ImmutableArray<ContextKey> Keys, string Template, string Fallback) : PromptKind;

    /// <param name="Existing">The prompt that the context goes into.</param>
    /// <param name="Placement">The place of the context in it.</param>
    /// <param name="Separator">The text between the two.</param>
    public sealed record Injection(string Existing, PromptPlacement Placement, string Separator) : PromptKind;
}

/// <summary>The place of the context in an existing prompt.</summary>
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
    /// <summary>
    /// One line for each item, as in the Python package. A value can pose as another item, so this is for trusted values.
    /// </summary>
    Plain,

    /// <summary>Each item has a label and stands between lines that no value contains.</summary>
    Fenced,
}
