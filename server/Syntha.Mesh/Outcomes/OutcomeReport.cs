namespace Syntha.Mesh.Outcomes;

/// <summary>What an agent says about a task that is done. Immutable.</summary>
public sealed record OutcomeReport
{
    private const int MaxTaskTypeBytes = 512;

    /// <exception cref="MeshException">FILTER_INVALID: the type of task is no name.</exception>
    public OutcomeReport(string taskType)
    {
        CheckTaskType(taskType);
        TaskType = taskType;
    }

    public string TaskType { get; }

    public required bool IsSuccess { get; init; }

    /// <summary>Whole microseconds; null: not told.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>JSON text that <see cref="Values.JsonText"/> accepted; null: not told.</summary>
    public string? InputJson { get; init; }

    /// <summary>Likewise.</summary>
    public string? OutputJson { get; init; }

    public string? Error { get; init; }

    /// <summary>A JSON object; null: none.</summary>
    public string? MetadataJson { get; init; }

    /// <exception cref="MeshException">FILTER_INVALID.</exception>
    public static void CheckTaskType(string taskType) => NameText.Check(taskType, "type of task", 1, MaxTaskTypeBytes, ErrorReason.FilterInvalid);
}
