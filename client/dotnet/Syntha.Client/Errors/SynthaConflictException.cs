namespace Syntha.Client;

/// <summary>
/// A write's <c>IfRevision</c> did not hold (<see cref="ErrorReason.KeyExists"/> or <see cref="ErrorReason.RevisionMismatch"/>), a patch
/// does not apply to the present value (<see cref="ErrorReason.PatchFailed"/>), another holds a claim
/// (<see cref="ErrorReason.ClaimHeld"/>), the caller holds it no longer (<see cref="ErrorReason.ClaimLost"/>), or an undo does not fit what
/// is there now (<see cref="ErrorReason.PlanOutdated"/> or <see cref="ErrorReason.UndoBlocked"/>). Nothing was written. Read again, and
/// decide anew.
/// </summary>
public sealed class SynthaConflictException : SynthaException
{
    internal SynthaConflictException(Failure failure)
        : base(failure)
    {
    }

    /// <summary>The revision that the call required. 0 when the key was to be new, and for a patch or an undo.</summary>
    public long ExpectedRevision => MetadataNumber("expected") ?? 0;

    /// <summary>The revision that the item has. 0 when there is no such item, and for a patch or an undo.</summary>
    public long CurrentRevision => MetadataNumber("current") ?? 0;
}
