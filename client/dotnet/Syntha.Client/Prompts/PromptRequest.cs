namespace Syntha.Client;

/// <summary>
/// The prompt to write: a <see cref="SystemPrompt"/>, a <see cref="MessagePrompt"/>, a <see cref="CustomPrompt"/> or an
/// <see cref="InjectedPrompt"/>. Its context is a header and the items that the agent can read, in the byte order of their keys. The same
/// items make the same text.
/// </summary>
/// <remarks>
/// Templates have the placeholders <c>{context}</c>, <c>{agent_name}</c> and, in a custom prompt, <c>{key}</c>. A template that Python's
/// str.format accepts is filled as Python fills it. In any other template, braces that are no placeholder stand for themselves.
/// </remarks>
public abstract record PromptRequest
{
    private static readonly TimeSpan RecentAge = TimeSpan.FromHours(1);

    private protected PromptRequest()
    {
    }

    /// <summary>
    /// Whether each item stands in a fence with its author's name, so that a value can pose neither as an instruction nor as another item.
    /// Default: <see langword="false"/>, which is the Python package's one line an item, for values that you trust.
    /// </summary>
    public bool IsFenced { get; init; }

    /// <summary>
    /// Whether to take only items of the last hour. Where <see cref="MaxAge"/> is set, that counts instead of the hour. Default:
    /// <see langword="false"/>.
    /// </summary>
    public bool RecentOnly { get; init; }

    /// <summary>Only items that were written no longer ago than this. More than zero. <see langword="null"/>: items of any age.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>
    /// Only items that are new to an agent which has seen this position, such as an earlier <see cref="BuiltPrompt.Position"/>.
    /// <see langword="null"/>: all.
    /// </summary>
    public Position? Since { get; init; }

    /// <summary>How many bytes of UTF-8 the prompt may have. At most 1 MiB, which is the default.</summary>
    public int? MaxBytes { get; init; }

    internal V1.PromptSpec ToWire()
    {
        var spec = new V1.PromptSpec
        {
            Format = IsFenced ? V1.PromptFormat.Fenced : V1.PromptFormat.Plain,
            MaxAge = WireTime.ToDuration(MaxAge ?? (RecentOnly ? RecentAge : null)),
            Since = Since?.ToWire(),
            MaxBytes = MaxBytes ?? 0,
        };
        SetKind(spec);
        return spec;
    }

    private protected abstract void SetKind(V1.PromptSpec spec);

    /// <summary>
    /// Sets the template that was given: the caller's own, or a ready one. The contract knows ready templates by number, so the client
    /// finds the number and refuses a name that has none.
    /// </summary>
    /// <exception cref="SynthaInvalidArgumentException">TEMPLATE_INVALID: there are both, or there is no such template.</exception>
    private protected static void SetSource<T>(
        string template,
        string readyTemplate,
        IReadOnlyDictionary<string, T> readyTemplates,
        Action<string> setTemplate,
        Action<T> setReady)
    {
        WireText.Checked(template, nameof(template));
        if (template.Length > 0 && readyTemplate.Length > 0)
        {
            throw Invalid("There are a template and a ready template. Choose one of them.", readyTemplate);
        }

        if (template.Length > 0)
        {
            setTemplate(template);
        }
        else if (readyTemplate.Length > 0)
        {
            var names = string.Join(", ", readyTemplates.Keys.Order(StringComparer.Ordinal));
            setReady(readyTemplates.TryGetValue(readyTemplate, out var ready)
                ? ready
                : throw Invalid($"There is no ready template '{readyTemplate}'. There are {names}.", readyTemplate));
        }
    }

    private static SynthaInvalidArgumentException Invalid(string message, string template) => Failure.OfName(
        ErrorReason.TemplateInvalid, "TEMPLATE_INVALID", message, "ready_template", KeyValuePair.Create("template", template));
}
