using Syntha.Client.Transport;

namespace Syntha.Client;

/// <summary>An agent's system prompt. Mirrors <c>build_system_prompt</c>. Immutable.</summary>
public sealed record SystemPrompt : PromptRequest
{
    /// <summary>A template with <c>{context}</c>; empty: a ready one, or the context alone.</summary>
    public string Template { get; init; } = "";

    /// <summary>A ready template: <c>basic</c>, <c>agent_specific</c> or <c>context_aware</c>.</summary>
    public string ReadyTemplate { get; init; } = "";

    /// <summary>Whether to begin the context with <c>[Context]</c>. Default: <see langword="true"/>.</summary>
    public bool IncludeContextHeader { get; init; } = true;

    /// <summary>A prompt that the new one is put in front of. Default: none.</summary>
    public string ExistingPrompt { get; init; } = "";

    private protected override void SetKind(V1.PromptSpec spec) => spec.System = new()
    {
        Template = WireText.Checked(Template, nameof(Template)),
        ReadyTemplate = WireText.Checked(ReadyTemplate, nameof(ReadyTemplate)),
        OmitHeader = !IncludeContextHeader,
        ExistingPrompt = WireText.Checked(ExistingPrompt, nameof(ExistingPrompt)),
    };
}
