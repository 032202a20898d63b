using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Options;

namespace Syntha.Server.Hosting;

/// <summary>Where Kestrel listens, with what certificate, and what connections may take of it.</summary>
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
        // The order is relied on: gRPC first. Without TLS one port cannot speak both protocols.
        Listen(kestrel, address, server.GrpcPort, HttpProtocols.Http2, tls);
        Listen(kestrel, address, server.HttpPort, HttpProtocols.Http1, tls);
    }

    private static void Listen(KestrelServerOptions kestrel, IPAddress address, int port, HttpProtocols plain, HttpsConnectionAdapterOptions? tls) =>
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
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(options.HeadersSeconds);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(options.IdleSeconds);
        kestrel.Limits.Http2.MaxStreamsPerConnection = options.MaxCalls;
        // A client that vanished without a word would hold its streams, and count for its user, until TCP gives up. One that merely does not
        // read answers all the same: that is its connection's work, not its program's.
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(options.PingSeconds);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(options.PingTimeoutSeconds);
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

    // By these authorities alone: those that the machine trusts issue certificates to anybody.
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
