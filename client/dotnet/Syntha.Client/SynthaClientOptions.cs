using System.Text.Json;

using Microsoft.Extensions.Logging;

namespace Syntha.Client;

/// <summary>
/// How a <see cref="SynthaClient"/> reaches its server. The client reads the options once, when it is made, and reports all faults in
/// one message. In configuration the keys are the property names, and times are written as <c>hh:mm:ss</c>.
/// </summary>
public sealed class SynthaClientOptions
{
    /// <summary>The environment variable from which <see cref="Address"/> comes by default: <c>SYNTHA_SERVER</c>.</summary>
    public const string AddressVariable = "SYNTHA_SERVER";

    /// <summary>The environment variable from which <see cref="ApiKey"/> comes by default: <c>SYNTHA_API_KEY</c>.</summary>
    public const string ApiKeyVariable = "SYNTHA_API_KEY";

    /// <summary>The address when none is given: <c>http://127.0.0.1:50051</c>.</summary>
    public const string DefaultAddress = "http://127.0.0.1:50051";

    /// <summary>
    /// The server's address, without a path: <c>http://host:port</c> (HTTP/2 without TLS), <c>https://host:port</c>, or
    /// <c>host:port</c>, which stands for the first. Default: the environment variable <c>SYNTHA_SERVER</c>, or
    /// <c>http://127.0.0.1:50051</c> when the variable is not set.
    /// </summary>
    public string Address { get; set; } = Environment.GetEnvironmentVariable(AddressVariable) is { Length: > 0 } address
        ? address
        : DefaultAddress;

    /// <summary>
    /// How long one call may take, its retries included. It travels as the gRPC deadline, so that the server stops as well. A list of
    /// several pages has this time for each page. A subscription has it until the server has opened it. Default: 30 seconds. Above
    /// zero, at most 24 hours. <see langword="null"/>: no limit.
    /// </summary>
    public TimeSpan? CallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long connecting may take, until the server has spoken HTTP/2. A connection that is accepted and then silent is given up then.
    /// Default: 5 seconds. Above zero, at most 24 hours.
    /// </summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How often a call is tried at most: 1 (nothing is made again) to 1,000. A call is tried again while there is no answer of the server,
    /// because the connection broke or cannot be made, or while the server answers UNAVAILABLE. Default: 5, so that a call to a server that
    /// is down fails after about 1.5 seconds. A larger number lets calls wait for the server as long as <see cref="CallTimeout"/> allows,
    /// for example through a fail-over of its database. A retry never acts twice: reads change nothing, and writes carry a request id.
    /// <see cref="ContextMesh.ClearOutcomesAsync(OutcomeFilter, CancellationToken)"/> is never tried again for that. A call that came too
    /// often (<see cref="ErrorReason.RateLimited"/>) is made again when the server says, within <see cref="CallTimeout"/>. That is no
    /// attempt. No other refusal is tried again.
    /// </summary>
    public int MaxAttempts { get; set; } = 5;

    /// <summary>
    /// The longest wait before the first retry. It doubles with each retry, and each wait is chosen at random between zero and it.
    /// Default: 200 milliseconds, which with 5 attempts bridges an outage of 1.5 seconds on average. Above zero.
    /// </summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// The value up to which <see cref="RetryDelay"/> doubles. Default: 5 seconds. From <see cref="RetryDelay"/> to 24 hours.
    /// </summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How the overloads without a <c>JsonTypeInfo</c> serialise. Default: web conventions (camel-case names), and no escaping beyond
    /// JSON's own. Not read from configuration.
    /// </summary>
    public JsonSerializerOptions JsonSerializerOptions { get; set; } = JsonText.DefaultOptions;

    /// <summary>
    /// The handler that makes the connections, for proxies or Unix sockets. The caller disposes it, and
    /// <see cref="ConnectTimeout"/> does not apply to it. <see langword="null"/> (default): the client's own handler. Not read from
    /// configuration.
    /// </summary>
    public HttpMessageHandler? HttpHandler { get; set; }

    /// <summary>
    /// Where gRPC logs to. It logs neither keys nor values. <see langword="null"/> (default): nowhere, or with dependency injection to
    /// the container's factory. Not read from configuration.
    /// </summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>
    /// The API key with which the client calls the server, as the operator made it: <c>syntha_…</c>. Default: the environment variable
    /// <c>SYNTHA_API_KEY</c>. <see langword="null"/> when the variable is not set: no credential, which is enough for a server without
    /// authentication. Excludes <see cref="TokenProvider"/>.
    /// </summary>
    public string? ApiKey { get; set; } = Environment.GetEnvironmentVariable(ApiKeyVariable) is { Length: > 0 } key ? key : null;

    /// <summary>
    /// Gives the token for a call, in place of an <see cref="ApiKey"/>. The client asks it for each call and for each stream that it opens,
    /// from several threads at once. So it should keep a token until the token expires. The cancellation token that it gets ends with the
    /// call. An exception that it throws fails the call. <see langword="null"/> (default): none. Not read from configuration.
    /// </summary>
    public Func<CancellationToken, ValueTask<string>>? TokenProvider { get; set; }

    /// <summary>
    /// Whether a credential may be sent to an <c>http://</c> address of another machine. Everyone on the way can read it there. Default:
    /// <see langword="false"/>.
    /// </summary>
    public bool AllowCredentialsWithoutTls { get; set; }

    /// <summary>
    /// A PEM file with the authorities from which an <c>https://</c> server's certificate must come, in place of those that the machine
    /// trusts. The client reads it when it is made. <see langword="null"/> (default): the machine's authorities. Excludes
    /// <see cref="HttpHandler"/>, which decides by itself.
    /// </summary>
    public string? TrustedAuthoritiesPath { get; set; }

    /// <summary>
    /// A PEM file with the client's own certificate, for a server that asks for one. Together with <see cref="ClientKeyPath"/>. The client
    /// reads it when it is made. <see langword="null"/> (default): none. Excludes <see cref="HttpHandler"/>.
    /// </summary>
    public string? ClientCertificatePath { get; set; }

    /// <summary>
    /// The PEM file with the private key of <see cref="ClientCertificatePath"/>, without a password. <see langword="null"/> (default):
    /// none.
    /// </summary>
    public string? ClientKeyPath { get; set; }

    /// <summary>The clock of subscriptions.</summary>
    internal TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Spreads the attempts of subscriptions to connect: a number from 0 up to, but not including, 1.</summary>
    internal Func<double> Jitter { get; set; } = Random.Shared.NextDouble;

    /// <summary>
    /// Whether the server's last new connection spoke another protocol than HTTP/2. The handler's exceptions do not tell that from a
    /// connection that broke.
    /// </summary>
    internal bool HasMetAnotherProtocol { get; set; }

    internal bool HasCredential => ApiKey is not null || TokenProvider is not null;

    internal SynthaClientOptions Copy() => (SynthaClientOptions)MemberwiseClone();
}
