namespace Syntha.Storage.Log;

/// <summary>Where a log begins, and its size from there on.</summary>
internal readonly record struct LogExtent(long OldestRevision, LogSize Size)
{
    public LogExtent With(LogSize added) => this with { Size = new(Size.Changes + added.Changes, Size.Bytes + added.Bytes) };
}
