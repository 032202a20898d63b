using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Syntha.Benchmarks.Load;

/// <summary>Holds a thread until a moment, with an error of some 0.1 ms. The waits of .NET count whole milliseconds.</summary>
internal static class Pause
{
    private const int MonotonicClock = 1;
    private const int Absolute = 1;

    /// <param name="timestamp">
    /// The moment, as a <see cref="Stopwatch"/> timestamp. On Linux it counts nanoseconds of the monotonic clock.
    /// </param>
    public static void Until(long timestamp)
    {
        var (seconds, nanoseconds) = Math.DivRem(timestamp, Stopwatch.Frequency);
        var moment = new Timespec(seconds, nanoseconds);
        while (Stopwatch.GetTimestamp() < timestamp)
        {
            _ = ClockNanosleep(MonotonicClock, Absolute, in moment, IntPtr.Zero);
        }
    }

    [DllImport("libc", EntryPoint = "clock_nanosleep")]
    private static extern int ClockNanosleep(int clock, int flags, in Timespec request, IntPtr remaining);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Timespec(long Seconds, long Nanoseconds);
}
