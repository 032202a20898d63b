using Grpc.Net.Client;

using Microsoft.Extensions.Logging;

namespace Syntha.Client.Transport;

/// <summary>Opens the gRPC channels of a client.</summary>
internal static class Channel
{
    // A PushMany may hold 3 MiB. gRPC keeps a call's request for retries up to 1 MiB by default, and silently does not retry beyond.
    private const int RetryBufferBytesPerCall = 4 * 1024 * 1024;
    private const int RetryBufferBytes = 64 * 1024 * 1024;

    // Long enough to cost nothing, short enough to notice a dead peer behind a firewall that forgot the connection.
    private static readonly TimeSpan KeepAlivePingDelay = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan KeepAlivePingTimeout = TimeSpan.FromSeconds(20);

    internal static GrpcChannel Open(Uri address, SynthaClientOptions options, ILoggerFactory? loggerFactory) =>
        GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            HttpHandler = options.HttpHandler ?? OwnHandler(address, options),
            DisposeHttpClient = options.HttpHandler is null,
            LoggerFactory = loggerFactory,
            Credentials = CallerCredentials.For(address, options),
            UnsafeUseInsecureChannelCallCredentials = true,
            ServiceConfig = RetryTable.For(options),
            // It would cut what the table says at five.
            MaxRetryAttempts = options.MaxAttempts,
            MaxRetryBufferPerCallSize = RetryBufferBytesPerCall,
            MaxRetryBufferSize = RetryBufferBytes,
        });

    /// <summary>Without retries: a stream resumes by its position, which gRPC does not know.</summary>
    internal static GrpcChannel OpenForStreams(Uri address, SynthaClientOptions options, ILoggerFactory? loggerFactory) =>
        GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            HttpHandler = options.HttpHandler ?? OwnHandler(address, options),
            DisposeHttpClient = options.HttpHandler is null,
            LoggerFactory = loggerFactory,
            Credentials = CallerCredentials.For(address, options),
            UnsafeUseInsecureChannelCallCredentials = true,
        });

    private static SocketsHttpHandler OwnHandler(Uri address, SynthaClientOptions options) => new()
    {
        SslOptions = { CertificateChainPolicy = ServerTrust.PolicyOf(options) },
        ConnectTimeout = options.ConnectTimeout,
        // A server grants a connection a limited number of streams; more calls at once open another connection instead of queueing.
        EnableMultipleHttp2Connections = true,
        KeepAlivePingDelay = KeepAlivePingDelay,
        KeepAlivePingTimeout = KeepAlivePingTimeout,
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        // HTTP/2 without TLS does not pass a proxy; a proxy named in the environment must not break the loopback address.
        UseProxy = address.Scheme == Uri.UriSchemeHttps,
        UseCookies = false,
        AllowAutoRedirect = false,
    };
}
