namespace Syntha.Mesh.Outcomes;

/// <summary>
/// An agent's report about a finished task. Immutable. The room Outcomes lies beside the mesh; it uses Errors, Names and Values.
/// </summary>
public sealed record OutcomeReport
{
    private const int MaxTaskTypeBytes = 512;

    /// <exception cref="MeshException">ARGUMENT_INVALID: the type of task is not a name.</exception>
    public OutcomeReport(string taskType)
    {
        CheckTaskType(taskType, ErrorReason.ArgumentInvalid);
        TaskType = taskType;
    }

    public string TaskType { get; }

    public required bool IsSuccess { get; init; }

    /// <summary>Whole microseconds. Null: not reported.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>JSON text that <see cref="Values.JsonText"/> accepted. Null: not reported.</summary>
    public string? InputJson { get; init; }

    /// <summary>As <see cref="InputJson"/>.</summary>
    public string? OutputJson { get; init; }

    public string? Error { get; init; }

    /// <summary>A JSON object; null: none.</summary>
    public string? MetadataJson { get; init; }

    /// <summary>About the characters of its texts.</summary>
    public long Length => (InputJson?.Length ?? 0) + (OutputJson?.Length ?? 0) + (Error?.Length ?? 0) + (MetadataJson?.Length ?? 0);

    /// <exception cref="MeshException">The given reason.</exception>
    public static void CheckTaskType(string taskType, ErrorReason reason) =>
        NameRule.Check(taskType, "type of task", 1, MaxTaskTypeBytes, reason);
}
