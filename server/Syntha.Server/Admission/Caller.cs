using Grpc.Core;
using Syntha.Mesh.Stores;
using Syntha.Server.Credentials;

namespace Syntha.Server.Admission;

/// <summary>
/// A user or an operator on one connection, as <see cref="CallAdmission"/> found out: who calls, with which credential, from where. It
/// lasts until the connection closes, the credential ends or the user is erased. Operators see it as a session. Thread-safe.
/// </summary>
internal sealed class Caller(UserId? user, Credential? credential, string address, DateTimeOffset since)
{
    private volatile bool isEnded;
    private int streams;

    /// <summary>The user. It may be asked only when there is one.</summary>
    public UserId User => user ?? throw new InvalidOperationException("This caller has no user.");

    public bool HasUser => user is not null;

    /// <summary>Null when the server needs no credentials.</summary>
    public Credential? Credential => credential;

    /// <summary>What entitles the caller to make the user's store.</summary>
    public StoreRight Right => credential?.Right ?? StoreRight.Unbound;

    /// <summary>
    /// The id of the credential in the audit trail; null: there is no credential. The id of a token has text of the issuer, which may
    /// contain U+0000.
    /// </summary>
    public string? AuditId { get; } = credential?.Id.Replace('\0', '\uFFFD');

    public string Address => address;

    public DateTimeOffset Since => since;

    /// <summary>How many live streams the caller has.</summary>
    public int Streams => Volatile.Read(ref streams);

    /// <summary>The caller of a call. It fails closed: a method that no interceptor guards has no caller, and serves no call.</summary>
    public static Caller Of(ServerCallContext context) =>
        context.GetHttpContext().Features.Get<Caller>()
        ?? throw new InvalidOperationException($"No caller was established for {context.Method}.");

    /// <summary>Whether the next call must prove its credential again.</summary>
    public bool IsEnded(TimeProvider time) => isEnded || credential?.IsEnded(time) == true;

    public void End() => isEnded = true;

    public void CountStream(int change) => Interlocked.Add(ref streams, change);
}
