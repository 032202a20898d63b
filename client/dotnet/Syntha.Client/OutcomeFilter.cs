namespace Syntha.Client;

/// <summary>Which outcomes are meant; all that is set must hold. Immutable.</summary>
public sealed record OutcomeFilter
{
    /// <summary>Of this agent; <see langword="null"/>: of all.</summary>
    public string? AgentName { get; init; }

    /// <summary>Of this type of task; <see langword="null"/>: of all.</summary>
    public string? TaskType { get; init; }

    /// <summary>Logged no longer ago: more than zero; <see langword="null"/>: however old.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Successes, or failures; <see langword="null"/>: both. Metrics do not look at it.</summary>
    public bool? IsSuccess { get; init; }
}
