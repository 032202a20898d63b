namespace Syntha.Client;

/// <summary>
/// The server gave no answer, or none in time. Either the server or its store is unavailable (UNAVAILABLE, after the retries of the
/// client), or the call took longer than <see cref="SynthaClientOptions.CallTimeout"/> (DEADLINE_EXCEEDED), or the connection broke or a
/// proxy answered in the server's place: then <see cref="SynthaException.ReasonName"/> is <see langword="null"/>, and
/// <see cref="SynthaException.StatusCode"/> is what they said. <b>It is unknown whether a write took place.</b>
/// Repeat it with <see cref="RequestId"/> as its <see cref="WriteOptions.RequestId"/> and the same content: then it happens exactly once.
/// </summary>
public sealed class SynthaUnavailableException : SynthaException
{
    internal SynthaUnavailableException(Failure failure)
        : base(failure) => RequestId = failure.RequestId;

    /// <summary>The request id that the write carried. <see langword="null"/> for a read.</summary>
    public Guid? RequestId { get; }
}
