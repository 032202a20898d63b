namespace Syntha.Client;

/// <summary>A template with items at places of their own. Mirrors <c>build_custom_prompt</c>. Immutable.</summary>
/// <param name="Keys">The keys of the items that the template may use, at most 1,000.</param>
/// <param name="Template">
/// The template: <c>{key}</c> stands for the item with that key. A name in braces that is none of the keys is refused.
/// </param>
public sealed record CustomPrompt(IReadOnlyList<string> Keys, string Template) : PromptRequest
{
    /// <summary>The text in place of an item that the agent cannot read. Default: the empty text.</summary>
    public string FallbackText { get; init; } = "";

    private protected override void SetKind(V1.PromptSpec spec) => spec.Custom = new()
    {
        Keys = { WireText.Checked(Keys, nameof(Keys)) },
        Template = WireText.Checked(Template, nameof(Template)),
        FallbackText = WireText.Checked(FallbackText, nameof(FallbackText)),
    };
}
