using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Options;

namespace Syntha.Server.Hosting;

/// <summary>Where Kestrel listens, with which certificate, and the limits of its connections.</summary>
internal static class Listening
{
    // id-kp-clientAuth (RFC 5280, 4.2.1.12).
    private static readonly Oid ForClients = new("1.3.6.1.5.5.7.3.2");

    public static void Configure(KestrelServerOptions kestrel)
    {
        var server = kestrel.ApplicationServices.GetRequiredService<IOptions<ServerOptions>>().Value;
        Limit(kestrel, kestrel.ApplicationServices.GetRequiredService<IOptions<ConnectionOptions>>().Value);
        var address = IPAddress.Parse(server.Address);
        var tls = server.Certificate is { } certificate ? TlsOf(certificate) : null;
        // Startup relies on this order: gRPC first. Without TLS one port cannot speak both protocols.
        Listen(kestrel, address, server.GrpcPort, HttpProtocols.Http2, tls);
        Listen(kestrel, address, server.HttpPort, HttpProtocols.Http1, tls);
    }

    private static void Listen(
        KestrelServerOptions kestrel, IPAddress address, int port, HttpProtocols plain, HttpsConnectionAdapterOptions? tls) =>
        kestrel.Listen(address, port, listen =>
        {
            listen.Protocols = tls is null ? plain : HttpProtocols.Http1AndHttp2;
            if (tls is not null)
            {
                listen.UseHttps(tls);
            }
        });

    private static void Limit(KestrelServerOptions kestrel, ConnectionOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = options.Max;
        kestrel.Limits.RequestHeadersTimeout = options.HeadersTimeout;
        kestrel.Limits.KeepAliveTimeout = options.IdleTimeout;
        kestrel.Limits.Http2.MaxStreamsPerConnection = options.MaxCalls;
        // A client that vanished would keep its streams, which count for its user, until TCP gives up. A client that only does not read
        // still answers a ping, because the connection answers and not the program.
        kestrel.Limits.Http2.KeepAlivePingDelay = options.PingAfter;
        kestrel.Limits.Http2.KeepAlivePingTimeout = options.PingTimeout;
    }

    private static HttpsConnectionAdapterOptions TlsOf(CertificateOptions options)
    {
        var tls = new HttpsConnectionAdapterOptions { ServerCertificate = options.Load(), ServerCertificateChain = options.LoadChain() };
        if (options.LoadClientAuthorities() is { } authorities)
        {
            tls.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            tls.ClientCertificateValidation = (certificate, sent, _) => IsIssuedBy(authorities, certificate, sent);
        }
        return tls;
    }

    // Only these authorities count. Those that the machine trusts issue certificates to everybody.
    private static bool IsIssuedBy(X509Certificate2Collection authorities, X509Certificate2 certificate, X509Chain? sent)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.ExtraStore.AddRange(sent?.ChainPolicy.ExtraStore ?? []);
        chain.ChainPolicy.ApplicationPolicy.Add(ForClients);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }
}
