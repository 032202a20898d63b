using Syntha.Mesh.Prompts;
using OmissionReason = Syntha.Mesh.Prompts.OmissionReason;
using Prompt = Syntha.Mesh.Prompts.Prompt;
using PromptFormat = Syntha.Mesh.Prompts.PromptFormat;
using PromptPlacement = Syntha.Mesh.Prompts.PromptPlacement;

namespace Syntha.Server.Mapping;

/// <summary>Translates prompts between the contract and the domain.</summary>
internal static class PromptMapping
{
    private const int MaxTextBytes = 1024 * 1024;
    private const int MaxKeys = 1_000;
    private const string EmptyLine = "\n\n";

    /// <exception cref="MeshException">KEY_INVALID, ARGUMENT_INVALID, TEMPLATE_INVALID, REQUEST_TOO_LARGE.</exception>
    public static PromptRequest FromWire(V1.PromptSpec? spec)
    {
        if (spec is null || spec.KindCase == V1.PromptSpec.KindOneofCase.None)
        {
            throw Mapping.FromWire.Invalid("spec", "The request does not say which kind of prompt is wanted.");
        }

        Mapping.FromWire.CheckSize(spec, "; shorten its template");
        if (spec.MaxBytes is < 0 or > MaxTextBytes)
        {
            throw MeshException.OverLimit(
                ErrorReason.ArgumentInvalid, "max_bytes is out of range", MaxTextBytes, spec.MaxBytes, "bytes").In("spec.max_bytes");
        }

        return new(
            KindOf(spec),
            Mapping.FromWire.Known(spec.Format, "spec.format") == V1.PromptFormat.Fenced ? PromptFormat.Fenced : PromptFormat.Plain,
            Mapping.FromWire.Age(spec.MaxAge, "spec.max_age", ErrorReason.ArgumentInvalid),
            spec.Since is { Epoch.Length: > 0 } since ? new(since.Epoch, since.Revision) : null,
            spec.MaxBytes == 0 ? MaxTextBytes : spec.MaxBytes);
    }

    public static V1.Prompt ToWire(Prompt prompt)
    {
        var answer = new V1.Prompt { Text = prompt.Text, TotalOmitted = prompt.TotalOmitted };
        answer.Keys.AddRange(prompt.Keys.Select(key => key.Value));
        answer.Omitted.AddRange(prompt.Omitted.Select(
            omission => new V1.OmittedItem { Key = omission.Key.Value, Reason = ReasonOf(omission.Reason) }));
        return answer;
    }

    private static PromptKind KindOf(V1.PromptSpec spec) => spec.KindCase switch
    {
        V1.PromptSpec.KindOneofCase.System => new PromptKind.SystemPrompt(
            spec.System.Template, NameOf(spec.System.ReadyTemplate), spec.System.OmitHeader, spec.System.ExistingPrompt),
        V1.PromptSpec.KindOneofCase.Message => new PromptKind.Message(
            spec.Message.Template, NameOf(spec.Message.ReadyTemplate), spec.Message.OmitHeader),
        V1.PromptSpec.KindOneofCase.Custom => new PromptKind.Custom(Keys(spec.Custom), spec.Custom.Template, spec.Custom.FallbackText),
        _ => new PromptKind.Injection(
            spec.Inject.ExistingPrompt, PlacementOf(spec.Inject.Placement), spec.Inject.HasSeparator ? spec.Inject.Separator : EmptyLine),
    };

    // An answer repeats the keys that it shows. This bound keeps it within the limit of answers.
    private static ImmutableArray<ContextKey> Keys(V1.CustomPrompt custom)
    {
        Mapping.FromWire.CheckCount(custom.Keys.Count, MaxKeys, "spec.custom.keys");
        if (custom.Keys.Sum(key => (long)key.Length) is var length && length > MaxTextBytes)
        {
            throw MeshException.OverLimit(
                ErrorReason.RequestTooLarge, "The keys are too long together", MaxTextBytes, length, "characters").In("spec.custom.keys");
        }

        return [.. custom.Keys.Select(ContextKey.Parse)];
    }

    private static string NameOf(V1.SystemTemplate template) => template switch
    {
        V1.SystemTemplate.Unspecified => "",
        V1.SystemTemplate.Basic => "basic",
        V1.SystemTemplate.AgentSpecific => "agent_specific",
        V1.SystemTemplate.ContextAware => "context_aware",
        _ => throw UnknownTemplate((int)template),
    };

    private static string NameOf(V1.MessageTemplate template) => template switch
    {
        V1.MessageTemplate.Unspecified => "",
        V1.MessageTemplate.Update => "update",
        V1.MessageTemplate.Reminder => "reminder",
        V1.MessageTemplate.ContextOnly => "context_only",
        _ => throw UnknownTemplate((int)template),
    };

    private static MeshException UnknownTemplate(int number) => new(ErrorReason.TemplateInvalid, $"There is no ready template {number}.")
    {
        Field = "ready_template",
        Metadata = { ["template"] = $"{number}" },
    };

    private static PromptPlacement PlacementOf(V1.PromptPlacement placement) => placement switch
    {
        V1.PromptPlacement.Append => PromptPlacement.After,
        V1.PromptPlacement.ReplacePlaceholder => PromptPlacement.AtPlaceholder,
        V1.PromptPlacement.Prepend or V1.PromptPlacement.Unspecified => PromptPlacement.Before,
        _ => throw Mapping.FromWire.Invalid("spec.inject.placement", $"This server knows no placement {placement:D}."),
    };

    private static V1.OmissionReason ReasonOf(OmissionReason reason) => reason switch
    {
        OmissionReason.TooLarge => V1.OmissionReason.TooLarge,
        OmissionReason.TooOld => V1.OmissionReason.TooOld,
        _ => V1.OmissionReason.Unchanged,
    };
}
