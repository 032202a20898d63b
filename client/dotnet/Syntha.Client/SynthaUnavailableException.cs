namespace Syntha.Client;

/// <summary>
/// No answer came in time: the server or its store cannot be reached (UNAVAILABLE, after the retries of the client), or the call ran
/// into <see cref="SynthaClientOptions.CallTimeout"/> (DEADLINE_EXCEEDED). <b>Whether a write took place is unknown.</b> Repeat it with
/// <see cref="RequestId"/> as its <see cref="WriteOptions.RequestId"/> and the same content: it then happens exactly once.
/// </summary>
public sealed class SynthaUnavailableException : SynthaException
{
    internal SynthaUnavailableException(Failure failure)
        : base(failure) => RequestId = failure.RequestId;

    /// <summary>The request id that the write carried; <see langword="null"/> for a read.</summary>
    public Guid? RequestId { get; }
}
