using System.Text;

namespace Syntha.Page.Prompts;

/// <summary>The choices for a prompt. They are text until a prompt is asked for, so that nothing that was typed is lost.</summary>
internal sealed class PromptForm
{
    // Longer texts are not kept in the address.
    private const int MaxKept = 500;

    /// <summary>The agent. Empty: the owner.</summary>
    public string Agent { get; set; } = "";

    public string Kind { get; set; } = "system";

    /// <summary>A ready template's name, or <c>own</c>. Empty: the context alone.</summary>
    public string Ready { get; set; } = "";

    /// <summary>A template of one's own.</summary>
    public string Template { get; set; } = "";

    public bool OmitsHeader { get; set; }

    /// <summary>An existing prompt, for system and inject.</summary>
    public string Existing { get; set; } = "";

    /// <summary>The keys of a custom prompt, one a line.</summary>
    public string Keys { get; set; } = "";

    public string Fallback { get; set; } = "";

    public string Placement { get; set; } = "prepend";

    public string Format { get; set; } = "plain";

    /// <summary>The oldest that is shown, in <see cref="AgeUnit"/>. Empty: any.</summary>
    public string Age { get; set; } = "";

    public string AgeUnit { get; set; } = "m";

    public string MaxBytes { get; set; } = "";

    /// <summary>A position, as <c>epoch.revision</c>. Empty: everything is new.</summary>
    public string Since { get; set; } = "";

    /// <summary>The ready templates of a kind: name in the address, and words.</summary>
    public static IReadOnlyList<(string Name, string Words)> ReadyOf(string kind) => kind switch
    {
        "system" =>
            [("basic", "a short introduction"), ("agent-specific", "names the agent"), ("context-aware", "explains shared context")],
        "message" => [("update", "says that it was updated"), ("reminder", "reminds of it"), ("context-only", "no other words")],
        _ => [],
    };

    /// <summary>A position as text.</summary>
    public static string TextOf(Position position) => string.Create(CultureInfo.InvariantCulture, $"{position.Epoch}.{position.Revision}");

    /// <param name="kept">A value that the address keeps, by name.</param>
    public static PromptForm From(Func<string, string?> kept) => new()
    {
        Agent = kept("agent") ?? "",
        Kind = kept("kind") is "message" or "custom" or "inject" ? kept("kind")! : "system",
        Ready = kept("template") ?? "",
        Template = kept("text") ?? "",
        OmitsHeader = kept("header") == "no",
        Existing = kept("existing") ?? "",
        Keys = kept("keys") ?? "",
        Fallback = kept("fallback") ?? "",
        Placement = kept("placement") is "append" or "replace" ? kept("placement")! : "prepend",
        Format = kept("format") == "fenced" ? "fenced" : "plain",
        Age = kept("age") ?? "",
        AgeUnit = kept("unit") is "s" or "h" or "d" ? kept("unit")! : "m",
        MaxBytes = kept("bytes") ?? "",
        Since = kept("since") ?? "",
    };

    /// <summary>What the address keeps. What is as it is at first, and long texts, are left out.</summary>
    public IReadOnlyDictionary<string, object?> Kept() => new Dictionary<string, object?>
    {
        ["agent"] = Short(Agent),
        ["kind"] = Kind == "system" ? null : Kind,
        ["template"] = Short(Ready),
        ["text"] = Short(Template),
        ["header"] = OmitsHeader ? "no" : null,
        ["existing"] = Short(Existing),
        ["keys"] = Short(Keys),
        ["fallback"] = Short(Fallback),
        ["placement"] = Placement == "prepend" ? null : Placement,
        ["format"] = Format == "plain" ? null : Format,
        ["age"] = Short(Age),
        ["unit"] = AgeUnit == "m" ? null : AgeUnit,
        ["bytes"] = Short(MaxBytes),
        ["since"] = Short(Since),
    };

    /// <summary>What to ask the server for. The server judges everything but the form of numbers and positions.</summary>
    /// <param name="fault">What cannot be asked for. Null: nothing.</param>
    public PromptSpec ToSpec(out string? fault)
    {
        fault = null;
        var spec = new PromptSpec { Format = Format == "fenced" ? PromptFormat.Fenced : PromptFormat.Plain };
        switch (Kind)
        {
            case "message":
                spec.Message = ToMessage();
                break;
            case "custom":
                spec.Custom = new() { Template = Template, FallbackText = Fallback, Keys = { Lines(Keys) } };
                break;
            case "inject":
                spec.Inject = new() { ExistingPrompt = Existing, Placement = PlacementOf(Placement) };
                break;
            default:
                spec.System = ToSystem();
                break;
        }

        if (Age.Trim().Length > 0)
        {
            if (AgeOf() is { } age)
            {
                spec.MaxAge = age;
            }
            else
            {
                fault = "The oldest age is not a number of at most 10,000 years.";
            }
        }

        if (MaxBytes.Trim().Length > 0)
        {
            if (int.TryParse(MaxBytes, NumberStyles.Integer | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var bytes))
            {
                spec.MaxBytes = bytes;
            }
            else
            {
                fault = "The largest size is not a whole number.";
            }
        }

        if (Since.Trim() is { Length: > 0 } since)
        {
            if (PositionOf(since) is { } position)
            {
                spec.Since = position;
            }
            else
            {
                fault = "The position is not in the form epoch.revision.";
            }
        }

        return spec;
    }

    private Google.Protobuf.WellKnownTypes.Duration? AgeOf()
    {
        if (!double.TryParse(Age.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        var seconds = number * AgeUnit switch { "s" => 1, "h" => 3_600, "d" => 86_400, _ => 60 };
        return double.IsFinite(seconds) && Math.Abs(seconds) <= 315_000_000_000
            ? new() { Seconds = (long)seconds, Nanos = (int)((seconds - Math.Truncate(seconds)) * 1e9) } : null;
    }

    private static Position? PositionOf(string text) => text.LastIndexOf('.') is >= 0 and var dot
        && long.TryParse(text.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? new() { Epoch = text[..dot], Revision = revision } : null;

    private SystemPrompt ToSystem()
    {
        var system = new SystemPrompt { OmitHeader = OmitsHeader, ExistingPrompt = Existing };
        switch (Ready)
        {
            case "own":
                system.Template = Template;
                break;
            case "basic":
                system.ReadyTemplate = SystemTemplate.Basic;
                break;
            case "agent-specific":
                system.ReadyTemplate = SystemTemplate.AgentSpecific;
                break;
            case "context-aware":
                system.ReadyTemplate = SystemTemplate.ContextAware;
                break;
        }

        return system;
    }

    private MessagePrompt ToMessage()
    {
        var message = new MessagePrompt { OmitHeader = OmitsHeader };
        switch (Ready)
        {
            case "own":
                message.Template = Template;
                break;
            case "update":
                message.ReadyTemplate = MessageTemplate.Update;
                break;
            case "reminder":
                message.ReadyTemplate = MessageTemplate.Reminder;
                break;
            case "context-only":
                message.ReadyTemplate = MessageTemplate.ContextOnly;
                break;
        }

        return message;
    }

    private static PromptPlacement PlacementOf(string placement) => placement switch
    {
        "append" => PromptPlacement.Append,
        "replace" => PromptPlacement.ReplacePlaceholder,
        _ => PromptPlacement.Prepend,
    };

    private static IEnumerable<string> Lines(string text) =>
        text.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0);

    private static string? Short(string text) =>
        text.Length is 0 or > MaxKept || Encoding.UTF8.GetByteCount(text) > 2 * MaxKept ? null : text;
}
