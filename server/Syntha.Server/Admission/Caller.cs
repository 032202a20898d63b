using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using Syntha.Mesh.Stores;
using Syntha.Server.Credentials;

namespace Syntha.Server.Admission;

/// <summary>
/// A user or an operator on one connection, as <see cref="CallAdmission"/> found out: who calls, with which credential, from where. It
/// lasts until the connection closes, the credential ends or the user is erased. Operators see it as a session. Thread-safe.
/// </summary>
/// <remarks>
/// A caller also gives its calls their services. These are the server's own: nothing that serves a call is made anew for it, and a scope
/// for each call would cost more than the look into a mesh. The platform keeps this feature of a call in a field. A feature of a type of
/// our own would cost each call a list, and each look at it a walk through all that the platform knows.
/// </remarks>
internal sealed class Caller(
    UserId? user, Credential? credential, string address, DateTimeOffset since, IServiceProvider services) : IServiceProvidersFeature
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

    /// <summary>The bucket of the user's calls, when it was found. Only <see cref="RateLimits"/> uses it.</summary>
    public CallBucket? Bucket { get; set; }

    /// <summary>Whether it has called since its connection looked last. Calls in a row of one caller may be missed.</summary>
    public bool HasCalled { get; set; } = true;

    /// <summary>How many live streams the caller has.</summary>
    public int Streams => Volatile.Read(ref streams);

    IServiceProvider IServiceProvidersFeature.RequestServices
    {
        get => services;
        set => throw new NotSupportedException("All calls have the server's own services.");
    }

    /// <summary>The caller of a call. It fails closed: a call that was not admitted has no caller, and is not served.</summary>
    public static Caller Of(ServerCallContext context) => Of(context.GetHttpContext());

    /// <summary>The caller of a call. It fails closed: a call that was not admitted has no caller, and is not served.</summary>
    public static Caller Of(HttpContext http) =>
        Find(http) ?? throw new InvalidOperationException($"No caller was established for {http.Request.Path}.");

    /// <summary>The caller of a call; null: the call was not admitted.</summary>
    public static Caller? Find(HttpContext http) => http.Features.Get<IServiceProvidersFeature>() as Caller;

    /// <summary>Whether the next call must prove its credential again.</summary>
    public bool IsEnded(TimeProvider time) => isEnded || credential?.IsEnded(time) == true;

    public void End() => isEnded = true;

    /// <summary>A call of this caller was admitted.</summary>
    public void Enter(HttpContext http) => http.Features.Set<IServiceProvidersFeature>(this);

    public void CountStream(int change) => Interlocked.Add(ref streams, change);
}
