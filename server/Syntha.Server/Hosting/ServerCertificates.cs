using System.Net.Security;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;

namespace Syntha.Server.Hosting;

/// <summary>
/// The server's certificate and the authorities of its clients, as their files have them. The files are read anew at intervals and at
/// SIGHUP, so that a renewed certificate needs no restart. Files that cannot be used leave what is there in use. Connections that are open
/// keep what they began with. Nothing watches the files, because a machine may have no watches left. Thread-safe.
/// </summary>
internal sealed partial class ServerCertificates(
    IOptions<ServerOptions> options, TimeProvider time, ILogger<ServerCertificates> logger) : BackgroundService
{
    // id-kp-clientAuth (RFC 5280, 4.2.1.12).
    private static readonly Oid ForClients = new("1.3.6.1.5.5.7.3.2");
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(20);

    private readonly Lock reading = new();
    private volatile Loaded? current;
    private string? lastFault;
    private PosixSignalRegistration? hangup;

    /// <summary>What a handshake that begins now uses.</summary>
    public SslServerAuthenticationOptions Handshake => (current ?? Load()).Handshake;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // Without a handler the signal would end the process, and terminals send it when they are closed.
        hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            Renew();
        });
        return base.StartAsync(cancellationToken);
    }

    /// <summary>Takes up files that have changed.</summary>
    public void Renew()
    {
        if (options.Value.Certificate is null)
        {
            return;
        }

        lock (reading)
        {
            try
            {
                var before = current;
                if (before is null || !before.Files.AsSpan().SequenceEqual(HashOfFiles()))
                {
                    var loaded = Load();
                    if (before is not null)
                    {
                        LogRenewed(loaded.Certificate.Subject, loaded.Certificate.NotAfter);
                    }
                }

                lastFault = null;
            }
            catch (Exception unusable) when (
                unusable is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
            {
                // Told once. Half of a pair may be written when the files are read.
                if (lastFault != unusable.Message)
                {
                    LogUnusable(unusable.Message);
                }

                lastFault = unusable.Message;
            }
        }
    }

    public override void Dispose()
    {
        hangup?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Certificate is null)
        {
            return;
        }

        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Renew();
        }
    }

    private Loaded Load()
    {
        lock (reading)
        {
            var certificate = options.Value.Certificate!;
            // First, so that a change while the files are read is noticed at the next look.
            var files = HashOfFiles();
            var own = certificate.Load();
            if (!own.HasPrivateKey)
            {
                throw new CryptographicException("The file holds no private key.");
            }

            var handshake = new SslServerAuthenticationOptions
            {
                ServerCertificateContext = SslStreamCertificateContext.Create(own, certificate.LoadChain(), offline: true),
                ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            };
            if (certificate.LoadClientAuthorities() is { } authorities)
            {
                if (authorities.Count == 0)
                {
                    throw new CryptographicException("The file of the clients' authorities holds no certificate.");
                }

                handshake.ClientCertificateRequired = true;
                handshake.RemoteCertificateValidationCallback = (_, shown, sent, _) =>
                    shown is not null && IsIssuedBy(authorities, shown as X509Certificate2 ?? new X509Certificate2(shown), sent);
            }
            return current = new(handshake, own, files);
        }
    }

    private byte[] HashOfFiles()
    {
        var certificate = options.Value.Certificate!;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in (string?[])[certificate.Path, certificate.KeyPath, certificate.ClientAuthoritiesPath])
        {
            hash.AppendData(path is null ? [] : SHA256.HashData(File.ReadAllBytes(path)));
        }

        return hash.GetHashAndReset();
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

    [LoggerMessage(3111, LogLevel.Information, "The certificate {Subject} is taken up; it is good until {NotAfter:O}")]
    private partial void LogRenewed(string subject, DateTime notAfter);

    [LoggerMessage(
        3112, LogLevel.Warning, "The certificate's files have changed and cannot be used; the former certificate stays: {Fault}")]
    private partial void LogUnusable(string fault);

    private sealed record Loaded(SslServerAuthenticationOptions Handshake, X509Certificate2 Certificate, byte[] Files);
}
