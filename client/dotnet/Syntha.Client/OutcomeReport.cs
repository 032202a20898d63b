using System.Text.Json;

using Syntha.Client.Json;
using Syntha.Client.Transport;

namespace Syntha.Client;

/// <summary>How a task went. At most 64 KiB as a whole. Immutable.</summary>
/// <param name="TaskType">What kind of task it was: 1 to 512 bytes.</param>
/// <param name="IsSuccess">Whether it succeeded.</param>
public sealed record OutcomeReport(string TaskType, bool IsSuccess)
{
    /// <summary>How long it took, zero or more; <see langword="null"/>: not known.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>What the task was given; <see langword="null"/>: not told.</summary>
    public JsonElement? Input { get; init; }

    /// <summary>What came of it; <see langword="null"/>: not told.</summary>
    public JsonElement? Output { get; init; }

    /// <summary>What went wrong; <see langword="null"/>: nothing, or not told.</summary>
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
            Duration = Duration is { } duration ? WireTime.ToDuration(duration) : null,
        };
        if (Input is { } input)
        {
            wire.InputJson = JsonText.Of(input, nameof(Input));
        }

        if (Output is { } output)
        {
            wire.OutputJson = JsonText.Of(output, nameof(Output));
        }

        if (Error is { } error)
        {
            wire.Error = WireText.Checked(error, nameof(Error));
        }

        if (Metadata is { } metadata)
        {
            wire.MetadataJson = JsonText.OfObject(metadata, nameof(Metadata));
        }

        return wire;
    }
}
