using System.Diagnostics.Metrics;

namespace Syntha.Mesh.Serving;

/// <summary>The measurements of meshes, for all users together. No label names a user. Thread-safe.</summary>
public static class MeshMeter
{
    public const string Name = "Syntha.Mesh";

    private static readonly Meter Meter = new(Name);

    // The default boundaries of a histogram are for milliseconds.
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 60, 600, 3600],
    };

    private static readonly Histogram<int> GroupCommands =
        Meter.CreateHistogram<int>("syntha.group.commands", "{command}", "Commands that one transaction made durable.");

    private static readonly Histogram<double> CommitDuration =
        Meter.CreateHistogram<double>(
            "syntha.commit.duration", "s", "How long the store took to make a group durable.", tags: null, Seconds);

    private static readonly Histogram<double> ExpiryLateness = Meter.CreateHistogram<double>(
        "syntha.expiry.lateness", "s", "How long after its time an item's expiry was durable.", tags: null, Seconds);

    internal static void Committed(int commands, TimeSpan duration)
    {
        GroupCommands.Record(commands);
        CommitDuration.Record(duration.TotalSeconds);
    }

    internal static void Expired(TimeSpan lateness) => ExpiryLateness.Record(lateness.TotalSeconds);
}
