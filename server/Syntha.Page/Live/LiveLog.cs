namespace Syntha.Page.Live;

/// <summary>
/// The newest changes, in a ring. It holds at most so many rows and so many characters, whatever comes: about one megabyte. Not
/// thread-safe.
/// </summary>
/// <param name="maxRows">How many rows it holds at most.</param>
/// <param name="maxSize">How many characters they have at most. The newest row is held in any case.</param>
public sealed class LiveLog(int maxRows = 2_000, int maxSize = 500_000)
{
    private const int RateSeconds = 5;

    private readonly LiveRow?[] ring = new LiveRow?[maxRows];
    private readonly long[] bySecond = new long[RateSeconds + 1];
    private long second;
    private int size;

    /// <summary>The number of the next row. The newest one has one less.</summary>
    public long Next { get; private set; }

    /// <summary>The number of the oldest row that is held.</summary>
    public long Oldest { get; private set; }

    /// <summary>How many changes came.</summary>
    public long Seen { get; private set; }

    /// <summary>How many rows were dropped to make room.</summary>
    public long Dropped { get; private set; }

    public int Count => (int)(Next - Oldest);

    /// <returns>Null: it is not there, or not any more.</returns>
    public LiveRow? Find(long number) => number >= Oldest && number < Next ? ring[number % maxRows] : null;

    /// <summary>Adds a change.</summary>
    /// <param name="change">The change.</param>
    /// <param name="now">When it came.</param>
    public void Add(Change change, DateTimeOffset now)
    {
        Seen++;
        Turn(now);
        bySecond[second % bySecond.Length]++;
        Add(LiveRow.Of(Next, change));
    }

    /// <summary>Adds a note about the stream.</summary>
    public void Note(string text, DateTimeOffset now) => Add(new LiveRow { Number = Next, Note = text, Time = now });

    /// <summary>How many changes came in a second, over the last five whole ones.</summary>
    public double PerSecond(DateTimeOffset now)
    {
        Turn(now);
        return (bySecond.Sum() - bySecond[second % bySecond.Length]) / (double)RateSeconds;
    }

    /// <summary>Forgets the rows and the counts.</summary>
    public void Clear()
    {
        Array.Clear(ring);
        (Oldest, Seen, Dropped, size) = (Next, 0, 0, 0);
    }

    private void Add(LiveRow row)
    {
        while (Count > 0 && (Count == maxRows || size + row.Size > maxSize))
        {
            size -= ring[Oldest % maxRows]!.Size;
            ring[Oldest % maxRows] = null;
            Oldest++;
            Dropped++;
        }

        ring[Next % maxRows] = row;
        size += row.Size;
        Next++;
    }

    /// <summary>Empties the seconds that have passed.</summary>
    private void Turn(DateTimeOffset now)
    {
        var present = now.ToUnixTimeSeconds();
        for (var passed = Math.Max(second + 1, present - bySecond.Length + 1); passed <= present; passed++)
        {
            bySecond[passed % bySecond.Length] = 0;
        }

        second = Math.Max(second, present);
    }
}
