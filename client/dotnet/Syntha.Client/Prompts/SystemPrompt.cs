using System.Collections.Frozen;

namespace Syntha.Client;

/// <summary>An agent's system prompt. Mirrors <c>build_system_prompt</c>. Immutable.</summary>
public sealed record SystemPrompt : PromptRequest
{
    private static readonly FrozenDictionary<string, V1.SystemTemplate> ReadyTemplates =
        new Dictionary<string, V1.SystemTemplate>(StringComparer.Ordinal)
        {
            ["basic"] = V1.SystemTemplate.Basic,
            ["agent_specific"] = V1.SystemTemplate.AgentSpecific,
            ["context_aware"] = V1.SystemTemplate.ContextAware,
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>A template of your own with <c>{context}</c>. Empty: a ready one, or the context alone.</summary>
    public string Template { get; init; } = "";

    /// <summary>A ready template: <c>basic</c>, <c>agent_specific</c> or <c>context_aware</c>. Empty: none.</summary>
    public string ReadyTemplate { get; init; } = "";

    /// <summary>Whether the context begins with the line <c>[Context]</c>. Default: <see langword="true"/>.</summary>
    public bool IncludeContextHeader { get; init; } = true;

    /// <summary>An existing prompt that follows the new one. Empty: none.</summary>
    public string ExistingPrompt { get; init; } = "";

    private protected override void SetKind(V1.PromptSpec spec)
    {
        var system = new V1.SystemPrompt
        {
            OmitHeader = !IncludeContextHeader,
            ExistingPrompt = WireText.Checked(ExistingPrompt, nameof(ExistingPrompt)),
        };
        SetSource(
            Template, ReadyTemplate, ReadyTemplates, template => system.Template = template, ready => system.ReadyTemplate = ready);
        spec.System = system;
    }
}
