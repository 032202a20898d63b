using Grpc.Core;

namespace Syntha.Page.Operation;

/// <summary>Makes the lines of the plots from the slots of an hour.</summary>
internal static class HourPlots
{
    // More lines cannot be told apart.
    private const int MaxStatuses = 5;

    private static readonly double SlotSeconds = MeterHour.SlotLasts.TotalSeconds;

    /// <summary>Calls a second, by status: the most frequent ones, and the sum of the others.</summary>
    public static IReadOnlyList<PlotLine> Calls(IReadOnlyList<HourSlot> slots)
    {
        var seen = Enumerable.Range(0, CallTally.Statuses)
            .Select(status => (Status: status, Count: slots.Sum(slot => slot.Numbers[status])))
            .Where(one => one.Count > 0 || one.Status == 0)
            .OrderBy(one => one.Status != 0).ThenByDescending(one => one.Count).Select(one => one.Status).ToList();
        var alone = seen.Count <= MaxStatuses ? seen : seen[..(MaxStatuses - 1)];
        var lines = alone
            .Select(status => Line(slots, ((StatusCode)status).ToString(), slot => slot.Numbers[status] / SlotSeconds)).ToList();
        if (alone.Count < seen.Count)
        {
            var rest = seen[alone.Count..];
            lines.Add(Line(slots, "others", slot => rest.Sum(status => slot.Numbers[status]) / SlotSeconds));
        }

        return lines;
    }

    /// <summary>Milliseconds that half of the calls, and 99 of 100 calls, did not exceed.</summary>
    public static IReadOnlyList<PlotLine> Latency(IReadOnlyList<HourSlot> slots) =>
    [
        Line(slots, "half of the calls (p50)", slot => slot.Latency(.5) * 1_000),
        Line(slots, "99 of 100 calls (p99)", slot => slot.Latency(.99) * 1_000),
    ];

    /// <summary>Commit groups and their commands, a second.</summary>
    public static IReadOnlyList<PlotLine> Commits(IReadOnlyList<HourSlot> slots) =>
    [
        Line(slots, "commands", slot => slot.Commands / SlotSeconds), Line(slots, "groups", slot => slot.Groups / SlotSeconds),
    ];

    /// <summary>Milliseconds that a commit took on average.</summary>
    public static IReadOnlyList<PlotLine> CommitDuration(IReadOnlyList<HourSlot> slots) =>
        [Line(slots, "a commit, on average", slot => slot.CommitSeconds * 1_000)];

    public static IReadOnlyList<PlotLine> Streams(IReadOnlyList<HourSlot> slots) => [Line(slots, "live streams", slot => slot.LiveStreams)];

    public static IReadOnlyList<PlotLine> Lag(IReadOnlyList<HourSlot> slots) =>
        [Line(slots, "the stream furthest behind", slot => slot.StreamLag)];

    /// <summary>A round number that is not below a value: 1, 2 or 5 and zeros.</summary>
    public static double Top(double most)
    {
        if (most <= 0)
        {
            return 1;
        }

        var scale = Math.Pow(10, Math.Floor(Math.Log10(most)));
        return (most / scale) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 } * scale;
    }

    /// <summary>A value with about three figures.</summary>
    public static string Figure(double value) => value.ToString(
        value switch { >= 100 or 0 => "N0", >= 10 => "0.#", >= 1 => "0.##", _ => "0.###" }, CultureInfo.InvariantCulture);

    private static PlotLine Line(IReadOnlyList<HourSlot> slots, string name, Func<HourSlot, double?> value) =>
        new(name, [.. slots.Select(value)]);
}
