using System.Text;
using Syntha.Mesh.Reading;

namespace Syntha.Mesh.Prompts;

/// <summary>
/// Writes prompts from what a caller sees. The same items in the same order make the same text. The cost is linear in the template and
/// linear in the items. The room Prompts uses Reading, State and the rooms below them.
/// </summary>
public static class PromptBuilder
{
    private const string Context = "context";
    private const string AgentName = "agent_name";

    /// <exception cref="MeshException">TEMPLATE_INVALID, PROMPT_TOO_LARGE, EPOCH_CHANGED, REVISION_IN_FUTURE.</exception>
    public static Prompt Build(PromptRequest request, MeshView view) =>
        RecentPrompts.Find(request, view) ?? RecentPrompts.Keep(request, view, BuildAnew(request, view));

    private static Prompt BuildAnew(PromptRequest request, MeshView view) => request.Kind switch
    {
        PromptKind.SystemPrompt system => OfTemplate(
            request,
            view,
            ReadyTemplates.OfSystem(system.Template, system.ReadyTemplate),
            system.OmitsHeader ? null : "[Context]",
            system.Existing),
        PromptKind.Message message => OfTemplate(
            request,
            view,
            ReadyTemplates.OfMessage(message.Template, message.ReadyTemplate),
            message.OmitsHeader ? null : "[Context Update]",
            existing: ""),
        PromptKind.Injection injection => OfInjection(request, view, injection),
        PromptKind.Custom custom => OfPlaces(request, view, custom),
        _ => throw new ArgumentOutOfRangeException(nameof(request), request.Kind, "The kind of prompt is unknown."),
    };

    private static Prompt OfTemplate(PromptRequest request, MeshView view, string template, string? header, string existing)
    {
        var parts = Filled(Template.Parse(template.Length == 0 ? "{context}" : template, name => name is Context or AgentName), view);
        List<Template.Part> filled = [.. parts, new(existing.Length > 0 ? "\n\n" + existing : "", false)];
        // Without a template and without items, nothing precedes the existing prompt.
        return WithContext(request, view, header, filled, template.Length == 0 ? [new(existing, false)] : filled);
    }

    private static Prompt OfInjection(PromptRequest request, MeshView view, PromptKind.Injection injection)
    {
        var context = new Template.Part(Context, IsPlaceholder: true);
        var existing = new Template.Part(injection.Existing, IsPlaceholder: false);
        var between = new Template.Part(injection.Separator, IsPlaceholder: false);
        var replaced = injection.Placement == PromptPlacement.AtPlaceholder ? Template.Replacing(injection.Existing, Context).Parts : [];
        return injection.Placement switch
        {
            PromptPlacement.AtPlaceholder => WithContext(request, view, "[Shared Context]", replaced, replaced),
            PromptPlacement.After => WithContext(request, view, "[Shared Context]", [existing, between, context], [existing]),
            _ => WithContext(request, view, "[Shared Context]", [context, between, existing], [existing]),
        };
    }

    /// <param name="request">The wanted prompt.</param>
    /// <param name="view">What the caller sees.</param>
    /// <param name="header">The first line of the context; null: none.</param>
    /// <param name="filled">The prompt with places for the context.</param>
    /// <param name="empty">The prompt where there is no context.</param>
    private static Prompt WithContext(
        PromptRequest request, MeshView view, string? header, IReadOnlyList<Template.Part> filled, IReadOnlyList<Template.Part> empty)
    {
        var places = filled.Count(part => part.IsPlaceholder);
        var notice = request.Format == PromptFormat.Fenced ? ItemWriter.Notice : null;
        string[] lines = [.. new[] { header, notice }.OfType<string>()];
        // The lines above the items count as soon as there may be an item, so that the first item costs nothing extra.
        var above = lines.Sum(line => Encoding.UTF8.GetByteCount(line) + 1L) * places;
        var items = new PromptItems(request, view, LiteralBytes(filled) + (HasItems(view, places) ? above : 0));
        using var writer = new ItemWriter(request.Format, view.ThrowIfCancelled);
        var written = new List<string>();
        foreach (var item in places == 0 ? [] : view.All())
        {
            if (items.TakeOrOmit(item, writer.Write, places, extraBytes: 1) is { } text)
            {
                written.Add(text);
            }
        }
        var context = written.Count == 0 ? "" : string.Join('\n', lines.Concat(written));
        return items.ToPrompt(Text(written.Count == 0 ? empty : filled, _ => context));
    }

    private static Prompt OfPlaces(PromptRequest request, MeshView view, PromptKind.Custom custom)
    {
        var keys = custom.Keys.Select(key => key.Value).ToHashSet(StringComparer.Ordinal);
        var template = Template.Parse(custom.Template, name => keys.Contains(name) || name == AgentName, refusesUnknown: true);
        var parts = keys.Contains(AgentName) ? template.Parts : Filled(template, view);
        var places = parts
            .Where(part => part.IsPlaceholder)
            .CountBy(part => part.Text, StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal);
        var notice = request.Format == PromptFormat.Fenced ? ItemWriter.Notice + "\n\n" : "";
        var fallbackBytes = Encoding.UTF8.GetByteCount(custom.Fallback);
        var items = new PromptItems(request, view, LiteralBytes(parts) + notice.Length + ((long)fallbackBytes * places.Values.Sum()));
        using var writer = new ItemWriter(request.Format, view.ThrowIfCancelled);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var key in places.Keys.Select(ContextKey.Trusted).Order())
        {
            if (view.Find(key) is { } item &&
                items.TakeOrOmit(item, writer.WriteValue, places[key.Value], -fallbackBytes) is { } text)
            {
                texts[key.Value] = text;
            }
        }
        return items.ToPrompt((texts.Count == 0 ? "" : notice) + Text(parts, name => texts.GetValueOrDefault(name, custom.Fallback)));
    }

    private static bool HasItems(MeshView view, int places) => places > 0 && view.All().Any();

    private static List<Template.Part> Filled(Template template, MeshView view) =>
        [.. template.Parts.Select(part =>
            part is { IsPlaceholder: true, Text: AgentName } ? new(view.Agent?.Value ?? "the assistant", false) : part)];

    private static long LiteralBytes(IEnumerable<Template.Part> parts) =>
        parts.Where(part => !part.IsPlaceholder).Sum(part => (long)Encoding.UTF8.GetByteCount(part.Text));

    private static string Text(IReadOnlyList<Template.Part> parts, Func<string, string> fill) =>
        string.Concat([.. parts.Select(part => part.IsPlaceholder ? fill(part.Text) : part.Text)]);
}
