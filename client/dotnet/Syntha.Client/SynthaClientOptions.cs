using System.Text.Json;

using Microsoft.Extensions.Logging;

namespace Syntha.Client;

/// <summary>
/// How a <see cref="SynthaClient"/> reaches its server. Read once, when the client is made; all faults are then reported in one
/// message. In configuration the keys are the property names; times are written as <c>hh:mm:ss</c>.
/// </summary>
public sealed class SynthaClientOptions
{
    /// <summary>The environment variable that <see cref="Address"/> is taken from by default: <c>SYNTHA_SERVER</c>.</summary>
    public const string AddressVariable = "SYNTHA_SERVER";

    /// <summary>The environment variable that <see cref="ApiKey"/> is taken from by default: <c>SYNTHA_API_KEY</c>.</summary>
    public const string ApiKeyVariable = "SYNTHA_API_KEY";

    /// <summary>The address where nothing else is said: <c>http://127.0.0.1:50051</c>.</summary>
    public const string DefaultAddress = "http://127.0.0.1:50051";

    /// <summary>
    /// The server's address: <c>http://host:port</c> (HTTP/2 without TLS) or <c>https://host:port</c>, without a path. Default: the
    /// environment variable <c>SYNTHA_SERVER</c>, or <c>http://127.0.0.1:50051</c> where it is not set.
    /// </summary>
    public string Address { get; set; } = Environment.GetEnvironmentVariable(AddressVariable) is { Length: > 0 } address
        ? address
        : DefaultAddress;

    /// <summary>
    /// How long one call may take, its retries included; it travels as the gRPC deadline, so the server stops as well. A list that
    /// spans several pages has this time for each page; a subscription has it until the server has opened it. Default: 30 seconds; above
    /// zero, at most 24 hours; <see langword="null"/>: no limit.
    /// </summary>
    public TimeSpan? CallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long it may take to connect. Default: 5 seconds; above zero, at most 24 hours.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How often a call is tried at most while the server answers UNAVAILABLE or cannot be reached: 1 (never again) to 1,000. Default: 5,
    /// which tells soon that nobody is there. With more, a call is repeated for as long as <see cref="CallTimeout"/> lasts, also through a
    /// fail-over of the server's database. Reads change nothing and writes carry a request id, so a retry never acts twice. No other
    /// status is ever retried.
    /// </summary>
    public int MaxAttempts { get; set; } = 5;

    /// <summary>
    /// The longest wait before the first retry; it doubles from one to the next, and the wait is chosen at random between zero and
    /// it. Default: 200 milliseconds, which with 5 attempts rides over an outage of 1.5 seconds on average; above zero.
    /// </summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>What <see cref="RetryDelay"/> doubles up to. Default: 5 seconds; from <see cref="RetryDelay"/> to 24 hours.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How the overloads without a <c>JsonTypeInfo</c> serialise. Default: web conventions (camel-case names), with no escaping
    /// beyond JSON's own. Not read from configuration.
    /// </summary>
    public JsonSerializerOptions JsonSerializerOptions { get; set; } = Json.JsonText.DefaultOptions;

    /// <summary>
    /// The handler that connections are made with, for client certificates, proxies or Unix sockets. It stays the caller's to dispose,
    /// and <see cref="ConnectTimeout"/> is then its own affair. <see langword="null"/> (default): the client's own. Not read from
    /// configuration.
    /// </summary>
    public HttpMessageHandler? HttpHandler { get; set; }

    /// <summary>
    /// Where gRPC logs to; it logs neither keys nor values. <see langword="null"/> (default): nowhere, or with dependency injection
    /// to the container's factory. Not read from configuration.
    /// </summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>
    /// The API key with which the server is called, as its operator made it: <c>syntha_…</c>. Default: the environment variable
    /// <c>SYNTHA_API_KEY</c>, or <see langword="null"/> where it is not set: no credential, which does in development. Not together with
    /// <see cref="TokenProvider"/>.
    /// </summary>
    public string? ApiKey { get; set; } = Environment.GetEnvironmentVariable(ApiKeyVariable) is { Length: > 0 } key ? key : null;

    /// <summary>
    /// Gives the token with which a call is made, instead of an <see cref="ApiKey"/>: asked for each call, and whenever a stream is opened, so
    /// it should keep what it was given until that runs out. Called from several threads at once; the token ends with the call. What it throws
    /// fails the call. <see langword="null"/> (default): none. Not read from configuration.
    /// </summary>
    public Func<CancellationToken, ValueTask<string>>? TokenProvider { get; set; }

    /// <summary>
    /// Whether a credential may be sent to an <c>http://</c> address other than this machine's, where whoever is on the way can read it.
    /// Default: <see langword="false"/>.
    /// </summary>
    public bool AllowCredentialsWithoutTls { get; set; }

    /// <summary>
    /// A PEM file with the authorities that an <c>https://</c> server's certificate must come from, instead of those that the machine trusts.
    /// It is read when the client is made. <see langword="null"/> (default): those of the machine. Not together with
    /// <see cref="HttpHandler"/>, whose own affair it is.
    /// </summary>
    public string? TrustedAuthoritiesPath { get; set; }

    /// <summary>The clock of subscriptions.</summary>
    internal TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>What spreads the attempts of subscriptions to connect: from 0 up to, but not including, 1.</summary>
    internal Func<double> Jitter { get; set; } = Random.Shared.NextDouble;

    internal bool HasCredential => ApiKey is not null || TokenProvider is not null;

    internal SynthaClientOptions Copy() => (SynthaClientOptions)MemberwiseClone();
}
