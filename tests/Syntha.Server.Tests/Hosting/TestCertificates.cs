using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Syntha.Server.Tests.Hosting;

/// <summary>A test's own authority and the certificates that it has issued, as files.</summary>
internal sealed class TestCertificates : IDisposable
{
    private const string ForServers = "1.3.6.1.5.5.7.3.1";
    private const string ForClients = "1.3.6.1.5.5.7.3.2";

    private readonly ScratchFolder folder = new();
    private readonly ECDsa authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 authority;
    private readonly DateTimeOffset now = TimeProvider.System.GetUtcNow();

    public TestCertificates()
    {
        var request = new CertificateRequest("CN=authority", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        authority = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));
        File.WriteAllText(AuthorityFile, authority.ExportCertificatePem());
        using var server = Issue("CN=server", ForServers);
        File.WriteAllText(CertificateFile, server.ExportCertificatePem());
        using var key = server.GetECDsaPrivateKey()!;
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllBytes(PfxFile, server.Export(X509ContentType.Pfx, "password"));
    }

    public string AuthorityFile => Path.Combine(folder.Path, "authority.pem");

    public string CertificateFile => Path.Combine(folder.Path, "server.pem");

    public string KeyFile => Path.Combine(folder.Path, "server.key");

    public string PfxFile => Path.Combine(folder.Path, "server.pfx");

    public string[] PemSettings => [$"--Server:Certificate:Path={CertificateFile}", $"--Server:Certificate:KeyPath={KeyFile}"];

    public X509Certificate2 IssueForClient() => Issue("CN=client", ForClients);

    /// <summary>Puts these files in the place of another's, as a renewal does.</summary>
    public void CopyTo(TestCertificates others)
    {
        File.Copy(CertificateFile, others.CertificateFile, overwrite: true);
        File.Copy(KeyFile, others.KeyFile, overwrite: true);
        File.Copy(AuthorityFile, others.AuthorityFile, overwrite: true);
    }

    /// <summary>A certificate that the authority has issued for another purpose.</summary>
    public X509Certificate2 IssueForServer() => Issue("CN=client", ForServers);

    /// <summary>A handler that trusts this authority and no other.</summary>
    public SocketsHttpHandler Handler(X509Certificate2? client = null)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy =
            new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(authority);
        if (client is not null)
        {
            handler.SslOptions.ClientCertificates = [client];
        }

        return handler;
    }

    public void Dispose()
    {
        authority.Dispose();
        authorityKey.Dispose();
        folder.Dispose();
    }

    private X509Certificate2 Issue(string name, string purpose)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, now.AddDays(-1), now.AddDays(1), RandomNumberGenerator.GetBytes(8));
        using var whole = certificate.CopyWithPrivateKey(key);
        // Export and import the certificate: on some systems TLS takes no key that lives in memory only.
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pfx), null, X509KeyStorageFlags.Exportable);
    }
}
