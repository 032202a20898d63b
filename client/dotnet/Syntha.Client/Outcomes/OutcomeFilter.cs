namespace Syntha.Client;

/// <summary>Which outcomes a call is about. All conditions must hold. A condition that is not set admits everything. Immutable.</summary>
public sealed record OutcomeFilter
{
    /// <summary>Only outcomes of this agent.</summary>
    public string? AgentName { get; init; }

    /// <summary>Only outcomes of this type of task.</summary>
    public string? TaskType { get; init; }

    /// <summary>Only outcomes that were logged no longer ago than this. More than zero.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Only outcomes that were logged longer ago than this. Zero or more.</summary>
    public TimeSpan? MinAge { get; init; }

    /// <summary>Only successes (<see langword="true"/>), or only failures (<see langword="false"/>).</summary>
    public bool? IsSuccess { get; init; }

    internal V1.OutcomeFilter ToWire()
    {
        var wire = new V1.OutcomeFilter { MaxAge = WireTime.ToDuration(MaxAge), MinAge = WireTime.ToDuration(MinAge) };
        WireText.SetIfGiven(AgentName, nameof(AgentName), agent => wire.Agent = agent);
        WireText.SetIfGiven(TaskType, nameof(TaskType), taskType => wire.TaskType = taskType);
        if (IsSuccess is { } isSuccess)
        {
            wire.Success = isSuccess;
        }

        return wire;
    }
}
