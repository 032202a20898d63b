using Grpc.Core;

namespace Syntha.Server.Doors;

/// <summary>
/// What a method of the contract sees of a call that did not come by gRPC. <c>GetHttpContext</c> gives the call's own context. For one
/// caller at a time.
/// </summary>
internal sealed class DoorCallContext : ServerCallContext
{
    // The key under which grpc-dotnet's GetHttpContext looks.
    private const string HttpContextKey = "__HttpContext";

    private readonly HttpContext http;

    /// <param name="http">The call.</param>
    /// <param name="ended">Is cancelled when the call ends. Null: it ends with its client.</param>
    public DoorCallContext(HttpContext http, CancellationToken? ended = null)
    {
        (this.http, CancellationTokenCore) = (http, ended ?? http.RequestAborted);
        UserStateCore = new Dictionary<object, object> { [HttpContextKey] = http };
    }

    protected override string MethodCore => http.Request.Path.Value!;

    protected override string HostCore => http.Request.Host.Value ?? "";

    protected override string PeerCore => http.Connection.RemoteIpAddress?.ToString() ?? "";

    protected override DateTime DeadlineCore => DateTime.MaxValue;

    protected override Metadata RequestHeadersCore { get; } = [];

    protected override CancellationToken CancellationTokenCore { get; }

    protected override Metadata ResponseTrailersCore { get; } = [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore { get; } = new(null, []);

    protected override IDictionary<object, object> UserStateCore { get; }

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException("A call within the server makes no further calls.");
}
