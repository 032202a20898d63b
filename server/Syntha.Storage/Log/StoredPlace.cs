namespace Syntha.Storage.Log;

/// <summary>
/// A place in the log as one number, which is also the row's id: the revision in the upper bits, the index within the command in the lower
/// 24. So rows lie in the order of the log, and a range of revisions is a range of row ids. 39 bits of revision last for 17 years of 1,000
/// commands a second. 24 bits of index hold a command that changes 16 million items.
/// </summary>
internal readonly record struct StoredPlace
{
    public const int IndexBits = 24;
    public const int MaxIndex = ChangePlace.MaxIndex;
    public const long MaxRevision = long.MaxValue >> IndexBits;

    public StoredPlace(long value) => Value = value;

    public StoredPlace(ChangePlace place)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(place.Revision);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(place.Revision, MaxRevision);
        ArgumentOutOfRangeException.ThrowIfNegative(place.Index);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(place.Index, MaxIndex);
        Value = (place.Revision << IndexBits) | (uint)place.Index;
    }

    public long Value { get; }

    public ChangePlace Place => new(Value >> IndexBits, (int)(Value & MaxIndex));

    /// <summary>The lowest place that a revision can have.</summary>
    public static StoredPlace FirstOf(long revision) => new(new ChangePlace(revision, 0));

    /// <summary>The highest place that a revision can have.</summary>
    public static StoredPlace LastOf(long revision) => new(new ChangePlace(revision, MaxIndex));
}
