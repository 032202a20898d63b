namespace Syntha.Client;

/// <summary>
/// A write's <c>IfRevision</c> did not hold (<see cref="ErrorReason.KeyExists"/> or <see cref="ErrorReason.RevisionMismatch"/>).
/// Nothing was written. Read the item again, decide anew, and write with its revision.
/// </summary>
public sealed class SynthaConflictException : SynthaException
{
    internal SynthaConflictException(Failure failure)
        : base(failure)
    {
    }

    /// <summary>The revision that the call required. 0 when the key was to be new.</summary>
    public long ExpectedRevision => MetadataNumber("expected") ?? 0;

    /// <summary>The revision that the item has. 0 when there is no such item.</summary>
    public long CurrentRevision => MetadataNumber("current") ?? 0;
}
