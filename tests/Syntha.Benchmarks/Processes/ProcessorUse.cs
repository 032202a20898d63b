using System.Globalization;

namespace Syntha.Benchmarks.Processes;

/// <summary>How busy the machine is with other work. It is measured before a run, because such work spoils the figures.</summary>
internal static class ProcessorUse
{
    private static readonly TimeSpan Sample = TimeSpan.FromSeconds(1);

    // The first line of /proc/stat, after its name, has: user, nice, system, idle, iowait, …
    private const int IdleColumn = 3;

    public static async Task<double> BusyShareAsync(CancellationToken cancellationToken)
    {
        var before = ReadTicks();
        await Task.Delay(Sample, cancellationToken);
        var after = ReadTicks();
        var ticks = after.Zip(before, (later, earlier) => later - earlier).ToList();
        return 1 - ((double)ticks[IdleColumn] / ticks.Sum());
    }

    private static List<long> ReadTicks() =>
    [
        .. File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(ticks => long.Parse(ticks, CultureInfo.InvariantCulture)),
    ];
}
