namespace Syntha.Mesh.State;

/// <summary>When an item's expiry is due.</summary>
internal readonly record struct Deadline(DateTimeOffset At, ContextKey Key) : IComparable<Deadline>
{
    public int CompareTo(Deadline other) => At != other.At ? At.CompareTo(other.At) : Key.CompareTo(other.Key);
}
