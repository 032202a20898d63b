namespace Syntha.Page.Agents;

/// <summary>How an argument is typed in.</summary>
internal enum ToolFieldKind
{
    Text,
    Number,
    Boolean,
    Choice,

    /// <summary>One entry a line.</summary>
    List,

    /// <summary>Anything else: as JSON.</summary>
    Json,
}

/// <summary>One argument of a tool, and what was typed for it.</summary>
/// <param name="Name">The argument.</param>
/// <param name="Description">What it is, for people and models.</param>
/// <param name="Kind">How it is typed in.</param>
/// <param name="IsRequired">Whether the tool refuses a call without it.</param>
/// <param name="Choices">What may be chosen, for <see cref="ToolFieldKind.Choice"/>.</param>
internal sealed record ToolField(string Name, string Description, ToolFieldKind Kind, bool IsRequired, IReadOnlyList<string> Choices)
{
    /// <summary>What was typed. Empty: nothing.</summary>
    public string Text { get; set; } = "";
}
