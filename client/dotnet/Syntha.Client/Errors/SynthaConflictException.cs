namespace Syntha.Client;

/// <summary>
/// A write's <c>IfRevision</c> did not hold (<see cref="ErrorReason.KeyExists"/> or <see cref="ErrorReason.RevisionMismatch"/>), a patch
/// does not apply to the present value (<see cref="ErrorReason.PatchFailed"/>), another holds a claim
/// (<see cref="ErrorReason.ClaimHeld"/>), or the caller holds it no longer (<see cref="ErrorReason.ClaimLost"/>). Nothing was written. Read
/// again, and decide anew.
/// </summary>
public sealed class SynthaConflictException : SynthaException
{
    internal SynthaConflictException(Failure failure)
        : base(failure)
    {
    }

    /// <summary>The revision that the call required. 0 when the key was to be new, and for a patch that does not apply.</summary>
    public long ExpectedRevision => MetadataNumber("expected") ?? 0;

    /// <summary>The revision that the item has. 0 when there is no such item, and for a patch that does not apply.</summary>
    public long CurrentRevision => MetadataNumber("current") ?? 0;
}
