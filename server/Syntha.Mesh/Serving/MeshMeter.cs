using System.Diagnostics.Metrics;

namespace Syntha.Mesh.Serving;

/// <summary>What meshes measure of themselves, of all users together: no label ever names one. Thread-safe.</summary>
public static class MeshMeter
{
    public const string Name = "Syntha.Mesh";

    private static readonly Meter Meter = new(Name);

    private static readonly Histogram<int> GroupCommands =
        Meter.CreateHistogram<int>("syntha.group.commands", "{command}", "Commands that one transaction made durable.");

    private static readonly Histogram<double> CommitDuration =
        Meter.CreateHistogram<double>("syntha.commit.duration", "s", "How long the store took to make a group durable.");

    internal static void Committed(int commands, TimeSpan duration)
    {
        GroupCommands.Record(commands);
        CommitDuration.Record(duration.TotalSeconds);
    }
}
