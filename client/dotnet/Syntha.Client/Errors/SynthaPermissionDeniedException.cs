namespace Syntha.Client;

/// <summary>The credential or the agent may not do this (PERMISSION_DENIED). Repeating the call does not help.</summary>
public sealed class SynthaPermissionDeniedException : SynthaException
{
    internal SynthaPermissionDeniedException(Failure failure)
        : base(failure)
    {
    }
}
