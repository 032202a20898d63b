using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using Syntha.Server.Admission;

namespace Syntha.Server.Hosting;

/// <summary>Where Kestrel listens, with which certificate, and the limits of its connections.</summary>
internal static class Listening
{
    public static void Configure(KestrelServerOptions kestrel)
    {
        var server = kestrel.ApplicationServices.GetRequiredService<IOptions<ServerOptions>>().Value;
        Limit(kestrel, kestrel.ApplicationServices.GetRequiredService<IOptions<ConnectionOptions>>().Value);
        var address = IPAddress.Parse(server.Address);
        var certificates = server.Certificate is null ? null : kestrel.ApplicationServices.GetRequiredService<ServerCertificates>();
        // Startup relies on this order: gRPC first. Without TLS one port cannot speak both protocols.
        Listen(kestrel, address, server.GrpcPort, HttpProtocols.Http2, certificates);
        Listen(kestrel, address, server.HttpPort, HttpProtocols.Http1, certificates);
    }

    // What has arrived on a connection and is not looked at yet. Also strangers' connections have it.
    public static void Configure(SocketTransportOptions sockets) => sockets.MaxReadBufferSize = 32 << 10;

    private static void Listen(
        KestrelServerOptions kestrel, IPAddress address, int port, HttpProtocols plain, ServerCertificates? certificates) =>
        kestrel.Listen(address, port, listen =>
        {
            listen.Protocols = certificates is null ? plain : HttpProtocols.Http1AndHttp2;
            // Before TLS, so that a handshake counts as well.
            listen.Use(kestrel.ApplicationServices.GetRequiredService<OpenConnections>().Guard);
            if (certificates is not null)
            {
                listen.UseHttps(new TlsHandshakeCallbackOptions
                {
                    OnConnection = _ => new(certificates.Handshake),
                });
            }

            listen.Use(OpenConnections.Pace);
        });

    private static void Limit(KestrelServerOptions kestrel, ConnectionOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = options.Max;
        // The longest key, with three signs for each byte, and the rest of the line.
        kestrel.Limits.MaxRequestLineSize = 16 * 1024;
        kestrel.Limits.RequestHeadersTimeout = options.HeadersTimeout;
        kestrel.Limits.KeepAliveTimeout = options.IdleTimeout;
        kestrel.Limits.Http2.MaxStreamsPerConnection = options.MaxCalls;
        // Twice and more what one call may keep unread. A call that waits for room leaves the others on its connection enough to go on.
        kestrel.Limits.Http2.InitialConnectionWindowSize = 2 << 20;
        // A client that vanished would keep its streams, which count for its user, until TCP gives up. A client that only does not read
        // still answers a ping, because the connection answers and not the program.
        kestrel.Limits.Http2.KeepAlivePingDelay = options.PingAfter;
        kestrel.Limits.Http2.KeepAlivePingTimeout = options.PingTimeout;
    }
}
