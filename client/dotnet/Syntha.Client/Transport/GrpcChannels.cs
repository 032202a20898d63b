using Grpc.Net.Client;

using Microsoft.Extensions.Logging;

namespace Syntha.Client;

/// <summary>Opens the gRPC channels of a client.</summary>
internal static class GrpcChannels
{
    // Long enough to cost nothing. Short enough to notice a dead peer behind a firewall that forgot the connection.
    private static readonly TimeSpan KeepAlivePingDelay = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan KeepAlivePingTimeout = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Opens a channel. It repeats nothing: <see cref="Attempts"/> repeats calls, because gRPC does not know the server's reasons, and a
    /// stream resumes by its position.
    /// </summary>
    internal static GrpcChannel Open(Uri address, SynthaClientOptions options, ILoggerFactory? loggerFactory) =>
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
        SslOptions = { CertificateChainPolicy = ServerTrust.PolicyOf(options), ClientCertificates = ClientIdentity.Of(options) },
        ConnectTimeout = options.ConnectTimeout,
        PlaintextStreamFilter = (context, _) =>
            ValueTask.FromResult<Stream>(new AnsweringStream(
                context.PlaintextStream, options.ConnectTimeout, isHttp2 => options.HasMetAnotherProtocol = !isHttp2)),
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
