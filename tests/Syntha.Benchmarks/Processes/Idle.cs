using System.Diagnostics;

namespace Syntha.Benchmarks.Processes;

/// <summary>Tells when a process has nothing more to do, by its processor time.</summary>
internal static class Idle
{
    private static readonly TimeSpan Sample = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    // So many samples in a row must be quiet: a pause of a busy server is shorter.
    private const int QuietSamples = 15;
    private const double BusyShare = 0.2;

    /// <summary>Waits until the process is idle.</summary>
    /// <returns>
    /// After how long its last work ended, and the processor time that it has spent until then. The second one does not depend on what else
    /// the machine does. Null: it did not become idle.
    /// </returns>
    public static async Task<(TimeSpan LastWork, TimeSpan Spent)?> WaitAsync(ServerProcess server, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        var (lastWork, quiet) = (TimeSpan.Zero, 0);
        var (spent, at) = (ProcessorClock.Of(server.Id), began);
        var (before, atLastWork) = (spent, spent);
        while (quiet < QuietSamples)
        {
            if (Stopwatch.GetElapsedTime(began) > LongestWait)
            {
                return null;
            }

            await Task.Delay(Sample, cancellationToken);
            var (now, moment) = (ProcessorClock.Of(server.Id), Stopwatch.GetTimestamp());
            if ((now - spent) / Stopwatch.GetElapsedTime(at, moment) > BusyShare)
            {
                (lastWork, atLastWork, quiet) = (Stopwatch.GetElapsedTime(began, moment), now, 0);
            }
            else
            {
                quiet++;
            }

            (spent, at) = (now, moment);
        }

        return (lastWork, atLastWork - before);
    }
}
