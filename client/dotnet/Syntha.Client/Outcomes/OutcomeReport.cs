using System.Text.Json;

namespace Syntha.Client;

/// <summary>A report about a task that is done. At most 64 KiB as a whole. Immutable.</summary>
/// <param name="TaskType">The type of the task: 1 to 512 bytes.</param>
/// <param name="IsSuccess">Whether the task succeeded.</param>
public sealed record OutcomeReport(string TaskType, bool IsSuccess)
{
    /// <summary>How long the task took, zero or more. <see langword="null"/>: not known.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>What the task was given. <see langword="null"/>: not reported.</summary>
    public JsonElement? Input { get; init; }

    /// <summary>What the task gave back. <see langword="null"/>: not reported.</summary>
    public JsonElement? Output { get; init; }

    /// <summary>What went wrong. <see langword="null"/>: nothing, or not reported.</summary>
    public string? Error { get; init; }

    /// <summary>Further notes: a JSON object. <see langword="null"/>: none.</summary>
    public JsonElement? Metadata { get; init; }

    internal static OutcomeReport From(V1.OutcomeReport wire) => new(wire.TaskType, wire.Success)
    {
        Duration = wire.Duration?.ToTimeSpan(),
        Input = wire.HasInputJson ? JsonText.Parse(wire.InputJson) : null,
        Output = wire.HasOutputJson ? JsonText.Parse(wire.OutputJson) : null,
        Error = wire.HasError ? wire.Error : null,
        Metadata = wire.HasMetadataJson ? JsonText.Parse(wire.MetadataJson) : null,
    };

    internal V1.OutcomeReport ToWire()
    {
        var wire = new V1.OutcomeReport
        {
            TaskType = WireText.Checked(TaskType, nameof(TaskType)),
            Success = IsSuccess,
            Duration = WireTime.ToDuration(Duration),
        };
        if (Input is { } input)
        {
            wire.InputJson = JsonText.Of(input, nameof(Input));
        }

        if (Output is { } output)
        {
            wire.OutputJson = JsonText.Of(output, nameof(Output));
        }

        WireText.SetIfGiven(Error, nameof(Error), error => wire.Error = error);
        if (Metadata is { } metadata)
        {
            wire.MetadataJson = JsonText.OfObject(metadata, nameof(Metadata));
        }

        return wire;
    }
}
