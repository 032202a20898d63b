using Grpc.Core;
using Syntha.Server.Credentials;

namespace Syntha.Server.Admission;

/// <summary>
/// Whose calls come over a connection, as <see cref="CallAdmission"/> found out: who, with which credential, from where. It lasts until the
/// connection is closed, the credential ends or the user is erased, and is what operators see as a session. Thread-safe.
/// </summary>
internal sealed class Caller(UserId? user, Credential? credential, string address, DateTimeOffset since)
{
    private volatile bool isEnded;
    private int streams;

    /// <summary>The user. Only for calls that have one.</summary>
    public UserId User => user ?? throw new InvalidOperationException("This caller is of no user.");

    public bool HasUser => user is not null;

    /// <summary>Null where the server needs none.</summary>
    public Credential? Credential => credential;

    /// <summary>The credential as the audit trail names it: its id, which of a token is its issuer's text; null: there is none.</summary>
    public string? AuditId { get; } = credential?.Id.Replace('\0', '\uFFFD');

    public string Address => address;

    public DateTimeOffset Since => since;

    /// <summary>How many of its streams are live.</summary>
    public int Streams => Volatile.Read(ref streams);

    /// <summary>Fails closed: a method that no interceptor guards has no caller and serves nobody.</summary>
    public static Caller Of(ServerCallContext context) =>
        context.GetHttpContext().Features.Get<Caller>() ?? throw new InvalidOperationException($"No caller was established for {context.Method}.");

    /// <summary>Whether what it proved holds no longer: the next call has to prove it again.</summary>
    public bool IsEnded(TimeProvider time) => isEnded || credential?.IsEnded(time) == true;

    public void End() => isEnded = true;

    public void CountStream(int change) => Interlocked.Add(ref streams, change);
}
