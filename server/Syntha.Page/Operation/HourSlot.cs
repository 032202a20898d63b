namespace Syntha.Page.Operation;

/// <summary>What happened in ten seconds. Immutable.</summary>
/// <param name="End">When they ended.</param>
/// <param name="Numbers">The numbers, in the places of <see cref="CallTally"/>.</param>
/// <param name="LiveStreams">Live streams at the end.</param>
/// <param name="StreamLag">How many revisions the stream furthest behind lacked at the end.</param>
internal sealed record HourSlot(DateTimeOffset End, long[] Numbers, long LiveStreams, long StreamLag)
{
    /// <summary>Calls that ended, of all statuses.</summary>
    public long Calls => Numbers.Take(CallTally.Statuses).Sum();

    /// <summary>Transactions that made commands durable.</summary>
    public long Groups => Numbers[CallTally.Groups];

    /// <summary>Commands that they made durable.</summary>
    public long Commands => Numbers[CallTally.Commands];

    /// <summary>How long a commit took on average. Null: there was none.</summary>
    public double? CommitSeconds =>
        Numbers[CallTally.Commits] is > 0 and var commits ? Numbers[CallTally.CommitMicroseconds] / 1e6 / commits : null;

    /// <summary>The duration that a share of the calls did not exceed. Streams are left out. Null: there was no call.</summary>
    /// <param name="share">The share, such as 0.99.</param>
    public double? Latency(double share)
    {
        var counts = Numbers.AsSpan(CallTally.Statuses, CallTally.Latencies);
        long total = 0;
        foreach (var count in counts)
        {
            total += count;
        }

        if (total == 0)
        {
            return null;
        }

        var wanted = share * total;
        long passed = 0;
        for (var bucket = 0; bucket < counts.Length; bucket++)
        {
            if (counts[bucket] > 0 && passed + counts[bucket] >= wanted)
            {
                var (start, end) = (CallTally.StartOf(bucket), CallTally.StartOf(bucket + 1));
                return start + ((end - start) * ((wanted - passed) / counts[bucket]));
            }

            passed += counts[bucket];
        }

        return CallTally.StartOf(counts.Length);
    }
}
