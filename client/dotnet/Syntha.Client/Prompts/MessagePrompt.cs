using System.Collections.Frozen;

namespace Syntha.Client;

/// <summary>A message within a conversation. Mirrors <c>build_message_prompt</c>. Immutable.</summary>
public sealed record MessagePrompt : PromptRequest
{
    private static readonly FrozenDictionary<string, V1.MessageTemplate> ReadyTemplates =
        new Dictionary<string, V1.MessageTemplate>(StringComparer.Ordinal)
        {
            ["update"] = V1.MessageTemplate.Update,
            ["reminder"] = V1.MessageTemplate.Reminder,
            ["context_only"] = V1.MessageTemplate.ContextOnly,
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>A template of your own with <c>{context}</c>. Empty: a ready one, or the context alone.</summary>
    public string Template { get; init; } = "";

    /// <summary>A ready template: <c>update</c>, <c>reminder</c> or <c>context_only</c>. Empty: none.</summary>
    public string ReadyTemplate { get; init; } = "";

    /// <summary>Whether the context begins with the line <c>[Context Update]</c>. Default: <see langword="true"/>.</summary>
    public bool IncludeContextHeader { get; init; } = true;

    private protected override void SetKind(V1.PromptSpec spec)
    {
        var message = new V1.MessagePrompt { OmitHeader = !IncludeContextHeader };
        SetSource(
            Template, ReadyTemplate, ReadyTemplates, template => message.Template = template, ready => message.ReadyTemplate = ready);
        spec.Message = message;
    }
}
