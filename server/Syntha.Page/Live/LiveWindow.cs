namespace Syntha.Page.Live;

/// <summary>
/// The rows of the list, the newest first. While the reader looks at a row it is held: rows keep their places, and new ones wait. Not
/// thread-safe.
/// </summary>
/// <param name="log">What came.</param>
internal sealed class LiveWindow(LiveLog log)
{
    private long? held;

    /// <summary>The number of the row at the top.</summary>
    private long Top => (held ?? log.Next) - 1;

    /// <summary>The chosen row. It is kept when the list drops it.</summary>
    public LiveRow? Chosen { get; private set; }

    public int Count => (int)Math.Max(0, Top + 1 - log.Oldest);

    /// <summary>Where the chosen row is. -1: it is not there.</summary>
    public int Active => Chosen is { } row && row.Number <= Top && row.Number >= log.Oldest ? (int)(Top - row.Number) : -1;

    public bool IsHeld => held is not null;

    /// <summary>How many newer rows wait.</summary>
    public long Waiting => held is { } at ? log.Next - at : 0;

    /// <returns>Null: it was dropped meanwhile.</returns>
    public LiveRow? Row(int index) => log.Find(Top - index);

    /// <summary>Keeps rows at their places.</summary>
    public void Hold() => held ??= log.Next;

    /// <summary>Lets the newest rows in.</summary>
    public void Release() => held = null;

    /// <summary>Lets go when everything that is held was dropped, so that the list is never empty while changes come.</summary>
    public void Follow()
    {
        if (held <= log.Oldest)
        {
            held = null;
        }
    }

    public void Choose(int index)
    {
        if (Row(index) is { } row)
        {
            Hold();
            Chosen = row;
        }
    }

    /// <summary>Nothing is chosen or held any more.</summary>
    public void Reset() => (held, Chosen) = (null, null);
}
