namespace Syntha.Mesh.Items;

/// <summary>The place of a change in the log: the revision of its command, and its index within the command, from 0.</summary>
public readonly record struct ChangePlace(long Revision, int Index) : IComparable<ChangePlace>
{
    /// <summary>The highest index that a change can have.</summary>
    public const int MaxIndex = (1 << 24) - 1;

    /// <summary>The highest revision that a store can hold.</summary>
    public const long MaxRevision = long.MaxValue >> 24;

    public int CompareTo(ChangePlace other) =>
        Revision != other.Revision ? Revision.CompareTo(other.Revision) : Index.CompareTo(other.Index);

    public static bool operator <(ChangePlace left, ChangePlace right) => left.CompareTo(right) < 0;

    public static bool operator >(ChangePlace left, ChangePlace right) => left.CompareTo(right) > 0;

    public static bool operator <=(ChangePlace left, ChangePlace right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ChangePlace left, ChangePlace right) => left.CompareTo(right) >= 0;
}
