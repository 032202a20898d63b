using Grpc.Net.Client;

using Microsoft.Extensions.Logging;

namespace Syntha.Client;

/// <summary>Opens the gRPC channels of a client.</summary>
internal static class GrpcChannels
{
    // A PushMany may hold 3 MiB. By default gRPC keeps a request for retries up to 1 MiB, and does not retry a larger one, without a word.
    private const int RetryBufferBytesPerCall = 4 * 1024 * 1024;
    private const int RetryBufferBytes = 64 * 1024 * 1024;

    // Long enough to cost nothing. Short enough to notice a dead peer behind a firewall that forgot the connection.
    private static readonly TimeSpan KeepAlivePingDelay = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan KeepAlivePingTimeout = TimeSpan.FromSeconds(20);

    /// <summary>Opens the channel of calls. It repeats them by <see cref="RetryRule"/>.</summary>
    internal static GrpcChannel OpenForCalls(Uri address, SynthaClientOptions options, ILoggerFactory? loggerFactory)
    {
        var settings = SettingsOf(address, options, loggerFactory);
        settings.ServiceConfig = RetryRule.For(options);
        // gRPC's own limit is 5, and would cut what the service config says.
        settings.MaxRetryAttempts = options.MaxAttempts;
        settings.MaxRetryBufferPerCallSize = RetryBufferBytesPerCall;
        settings.MaxRetryBufferSize = RetryBufferBytes;
        return GrpcChannel.ForAddress(address, settings);
    }

    /// <summary>Opens the channel of streams. It repeats nothing: a stream resumes by its position, which gRPC does not know.</summary>
    internal static GrpcChannel OpenForStreams(Uri address, SynthaClientOptions options, ILoggerFactory? loggerFactory) =>
        GrpcChannel.ForAddress(address, SettingsOf(address, options, loggerFactory));

    private static GrpcChannelOptions SettingsOf(Uri address, SynthaClientOptions options, ILoggerFactory? loggerFactory) => new()
    {
        HttpHandler = options.HttpHandler ?? OwnHandler(address, options),
        DisposeHttpClient = options.HttpHandler is null,
        LoggerFactory = loggerFactory,
        Credentials = CallerCredentials.For(address, options),
        UnsafeUseInsecureChannelCallCredentials = true,
    };

    private static SocketsHttpHandler OwnHandler(Uri address, SynthaClientOptions options) => new()
    {
        SslOptions = { CertificateChainPolicy = ServerTrust.PolicyOf(options) },
        ConnectTimeout = options.ConnectTimeout,
        // A server grants a connection a limited number of streams. Further calls open another connection instead of waiting.
        EnableMultipleHttp2Connections = true,
        KeepAlivePingDelay = KeepAlivePingDelay,
        KeepAlivePingTimeout = KeepAlivePingTimeout,
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        // HTTP/2 without TLS does not pass a proxy. A proxy that the environment names must not break the loopback address.
        UseProxy = address.Scheme == Uri.UriSchemeHttps,
        UseCookies = false,
        AllowAutoRedirect = false,
    };
}
