using System.Globalization;
using System.Runtime.InteropServices;

namespace Syntha.Benchmarks.Processes;

/// <summary>The processor time that processes have used so far, from /proc.</summary>
internal static class ProcessorClock
{
    // After the name of the program, which ends with a bracket: the state, the parent, … (proc(5)).
    private const int Parent = 1;
    private const int Own = 11;
    private const int OfEndedChildren = 13;

    // USER_HZ, which is 100 on all platforms of .NET on Linux.
    private const int TicksPerSecond = 100;

    public static int ParentOf(int processId) => (int)Read(processId)[Parent];

    /// <summary>The time of a process, of its children, and of those children that have ended.</summary>
    public static TimeSpan OfFamily(int processId)
    {
        var own = Read(processId);
        var ticks = own[Own] + own[Own + 1] + own[OfEndedChildren] + own[OfEndedChildren + 1];
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id)
                && TryRead(id) is { } other && other[Parent] == processId)
            {
                ticks += other[Own] + other[Own + 1];
            }
        }

        return TimeSpan.FromSeconds((double)ticks / TicksPerSecond);
    }

    /// <summary>The time of a process that lives, to the nanosecond.</summary>
    public static TimeSpan Of(int processId)
    {
        // The clock of another process: clock_getcpuclockid(3), which is no system call.
        const int ProcessClock = 2;
        return ClockGettime((~processId << 3) | ProcessClock, out var time) == 0
            ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000d)
            : throw new BenchmarkException($"Process {processId} has ended.");
    }

    private static long[] Read(int processId) =>
        TryRead(processId) ?? throw new BenchmarkException($"Process {processId} has ended.");

    private static long[]? TryRead(int processId)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{processId}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return [.. fields.Take(OfEndedChildren + 2).Select((field, index) =>
                index == 0 ? 0 : long.Parse(field, CultureInfo.InvariantCulture))];
        }
        catch (IOException)
        {
            return null;
        }
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    private static extern int ClockGettime(int clock, out Timespec time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Timespec(long Seconds, long Nanoseconds);
}
