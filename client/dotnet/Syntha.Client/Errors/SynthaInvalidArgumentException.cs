namespace Syntha.Client;

/// <summary>
/// The request breaks a rule of the contract (INVALID_ARGUMENT). <see cref="SynthaException.FieldViolations"/> says where. Change the
/// call before you repeat it.
/// </summary>
public sealed class SynthaInvalidArgumentException : SynthaException
{
    internal SynthaInvalidArgumentException(Failure failure)
        : base(failure)
    {
    }

    /// <summary>
    /// The limit that was exceeded, in the unit that the message names. <see langword="null"/> when no limit was exceeded.
    /// </summary>
    public long? Limit => MetadataNumber("limit");

    /// <summary>The size that the request had. <see langword="null"/> when no limit was exceeded.</summary>
    public long? Actual => MetadataNumber("actual");

    /// <summary>Line of the fault in a JSON text, counted from 1. <see langword="null"/> when no place is known.</summary>
    public long? Line => MetadataNumber("line");

    /// <summary>Column of the fault in a JSON text, in bytes counted from 1. <see langword="null"/> when no place is known.</summary>
    public long? Column => MetadataNumber("column");
}
