namespace Syntha.Hostile;

/// <summary>
/// What happens to which call: a seed decides, until a number of mischiefs is used up. Then the proxy only passes on. Every kind comes as
/// often as every other, in an order that the seed gives. Thread-safe.
/// </summary>
/// <param name="seed">The same seed gives the same order.</param>
/// <param name="count">How many mischiefs there are.</param>
public sealed class HostilePlan(int seed, int count)
{
    // RFC 9113, section 7: NO_ERROR to HTTP_1_1_REQUIRED.
    private const int ResetCodes = 14;

    private static readonly int[] HttpStatuses = [400, 401, 403, 404, 429, 500, 502, 503, 504];
    private static readonly int[] GrpcStatuses = [1, 2, 3, 5, 7, 8, 9, 12, 13, 14, 16];

    private readonly Lock gate = new();
    private readonly Random random = new(seed);
    private readonly Queue<Mischief> next = new();
    private int done;
    private int silentAccepts;

    /// <summary>How many mischiefs were done.</summary>
    public int Done => Volatile.Read(ref done);

    /// <summary>How many mischiefs there are.</summary>
    public int Count => count;

    /// <summary>
    /// The mischief for the next call. Null: the call is passed on. Every second call is, so that a client gets further. No stream is,
    /// before the plan has come to its end: a stream that is passed on would meet nothing any more.
    /// </summary>
    public Mischief? Next(bool isStream)
    {
        lock (gate)
        {
            if (done >= count || (!isStream && random.Next(2) == 0))
            {
                return null;
            }

            if (next.Count == 0)
            {
                var kinds = Enum.GetValues<Mischief>();
                random.Shuffle(kinds);
                Array.ForEach(kinds, next.Enqueue);
            }

            done++;
            var mischief = next.Dequeue();
            silentAccepts += mischief == Mischief.SilentAccept ? 1 : 0;
            return mischief;
        }
    }

    /// <summary>Whether the connection that is accepted now is to be silent.</summary>
    public bool TakesSilentAccept()
    {
        lock (gate)
        {
            return silentAccepts > 0 && silentAccepts-- > 0;
        }
    }

    public int HttpStatus() => Any(HttpStatuses);

    public int GrpcStatus() => Any(GrpcStatuses);

    public int ResetCode() => Number(ResetCodes);

    /// <summary>A number from 0 up to, but not including, the limit.</summary>
    public int Number(int limit)
    {
        lock (gate)
        {
            return random.Next(limit);
        }
    }

    private int Any(int[] numbers) => numbers[Number(numbers.Length)];
}
