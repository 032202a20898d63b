using Syntha.Client.Transport;

namespace Syntha.Client;

/// <summary>
/// What prompt to write: one of <see cref="SystemPrompt"/>, <see cref="MessagePrompt"/>, <see cref="CustomPrompt"/> and
/// <see cref="InjectedPrompt"/>. Its context is a header and the items that the agent can read, in the byte order of their keys: the same
/// items make the same text.
/// </summary>
/// <remarks>
/// Placeholders of templates are <c>{context}</c>, <c>{agent_name}</c> and, in a custom prompt, <c>{key}</c>. A template that Python's
/// str.format accepts is filled as Python fills it; in any other, braces that are no placeholder stand for themselves.
/// </remarks>
public abstract record PromptRequest
{
    private protected PromptRequest()
    {
    }

    /// <summary>
    /// Whether items are labelled with their authors and fenced, so that no value can pose as an instruction or as another item. Default:
    /// <see langword="false"/>: the Python package's lines, for values that you trust.
    /// </summary>
    public bool IsFenced { get; init; }

    /// <summary>Only items written in the last hour, or in <see cref="MaxAge"/> where that is set. Default: all.</summary>
    public bool RecentOnly { get; init; }

    /// <summary>Only items written no longer ago: more than zero. <see langword="null"/>: however old.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>
    /// Only items that are new to an agent which has seen this position, such as an earlier <see cref="BuiltPrompt.Position"/>.
    /// <see langword="null"/>: all.
    /// </summary>
    public Position? Since { get; init; }

    /// <summary>How many bytes of UTF-8 the prompt may have: up to 1 MiB, which is also the default.</summary>
    public int? MaxBytes { get; init; }

    internal V1.PromptSpec ToWire()
    {
        var spec = new V1.PromptSpec
        {
            Format = IsFenced ? V1.PromptFormat.Fenced : V1.PromptFormat.Plain,
            RecentOnly = RecentOnly,
            MaxAge = MaxAge is { } age ? WireTime.ToDuration(age) : null,
            Since = Since is { } since ? new V1.Position { Epoch = since.Epoch, Revision = since.Revision } : null,
            MaxBytes = MaxBytes ?? 0,
        };
        SetKind(spec);
        return spec;
    }

    private protected abstract void SetKind(V1.PromptSpec spec);
}
