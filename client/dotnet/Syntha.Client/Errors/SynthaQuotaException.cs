namespace Syntha.Client;

/// <summary>
/// The user has used up a quota or calls too often (RESOURCE_EXHAUSTED). <see cref="SynthaException.Reason"/> says which quota. The call
/// succeeds again when something was removed or has expired, or after <see cref="SynthaException.RetryAfter"/>.
/// </summary>
public sealed class SynthaQuotaException : SynthaException
{
    internal SynthaQuotaException(Failure failure)
        : base(failure)
    {
    }

    /// <summary>The quota. <see langword="null"/> when the server does not tell it.</summary>
    public long? Limit => MetadataNumber("limit");

    /// <summary>What the user would have needed. <see langword="null"/> when the server does not tell it.</summary>
    public long? Actual => MetadataNumber("actual");
}
