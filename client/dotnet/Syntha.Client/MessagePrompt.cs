using Syntha.Client.Transport;

namespace Syntha.Client;

/// <summary>A message within a conversation. Mirrors <c>build_message_prompt</c>. Immutable.</summary>
public sealed record MessagePrompt : PromptRequest
{
    /// <summary>As <see cref="SystemPrompt.Template"/>.</summary>
    public string Template { get; init; } = "";

    /// <summary>A ready template: <c>update</c>, <c>reminder</c> or <c>context_only</c>.</summary>
    public string ReadyTemplate { get; init; } = "";

    /// <summary>Whether to begin the context with <c>[Context Update]</c>. Default: <see langword="true"/>.</summary>
    public bool IncludeContextHeader { get; init; } = true;

    private protected override void SetKind(V1.PromptSpec spec) => spec.Message = new()
    {
        Template = WireText.Checked(Template, nameof(Template)),
        ReadyTemplate = WireText.Checked(ReadyTemplate, nameof(ReadyTemplate)),
        OmitHeader = !IncludeContextHeader,
    };
}
