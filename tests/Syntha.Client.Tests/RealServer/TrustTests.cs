using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Syntha.Client.Testing;

namespace Syntha.Client.Tests.RealServer;

/// <summary>A server with TLS whose certificate no machine trusts, and a client that is told to.</summary>
public sealed class TrustTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TrustedAuthorities_OfTheServer_AreTakenInsteadOfTheMachines()
    {
        var folder = Directory.CreateTempSubdirectory("syntha-tls-").FullName;
        try
        {
            var (certificate, key) = (Path.Combine(folder, "server.pem"), Path.Combine(folder, "server.key"));
            await WriteCertificateAsync(certificate, key);
            await using var server = await SynthaTestServer.StartAsync(
                new Dictionary<string, string> { ["Server:Certificate:Path"] = certificate, ["Server:Certificate:KeyPath"] = key }, Token);
            Assert.StartsWith("https://", server.Address, StringComparison.Ordinal);
            var alice = server.CreateClient(options => options.TrustedAuthoritiesPath = certificate).ForUser("alice");

            await alice.PushAsync("k", 1, cancellationToken: Token);

            Assert.NotNull(await alice.GetAsync("k", cancellationToken: Token));
            await using var events = alice.SubscribeAsync(cancellationToken: Token).GetAsyncEnumerator(Token);
            Assert.True(await events.MoveNextAsync());
            var suspicious = server.CreateClient(options => options.MaxAttempts = 1).ForUser("alice");
            var thrown = await Assert.ThrowsAnyAsync<SynthaException>(() => suspicious.GetAsync("k", cancellationToken: Token));
            Assert.Contains("certificate", thrown.Message, StringComparison.Ordinal);
            Assert.Contains(nameof(SynthaClientOptions.TrustedAuthoritiesPath), thrown.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task ClientCertificate_ThatTheServerDemands_IsShown()
    {
        var folder = Directory.CreateTempSubdirectory("syntha-tls-").FullName;
        try
        {
            var (certificate, key) = (Path.Combine(folder, "server.pem"), Path.Combine(folder, "server.key"));
            await WriteCertificateAsync(certificate, key);
            await using var server = await SynthaTestServer.StartAsync(
                new Dictionary<string, string>
                {
                    ["Server:Certificate:Path"] = certificate,
                    ["Server:Certificate:KeyPath"] = key,
                    ["Server:Certificate:ClientAuthoritiesPath"] = certificate,
                },
                Token);
            var alice = server.CreateClient(options =>
            {
                options.TrustedAuthoritiesPath = certificate;
                (options.ClientCertificatePath, options.ClientKeyPath) = (certificate, key);
            }).ForUser("alice");
            var stranger = server.CreateClient(options =>
            {
                options.TrustedAuthoritiesPath = certificate;
                options.MaxAttempts = 1;
            }).ForUser("alice");

            await alice.PushAsync("k", 1, cancellationToken: Token);

            await Assert.ThrowsAsync<SynthaUnavailableException>(() => stranger.GetAsync("k", cancellationToken: Token));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task WriteCertificateAsync(string certificateFile, string keyFile)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        await File.WriteAllTextAsync(certificateFile, certificate.ExportCertificatePem(), Token);
        await File.WriteAllTextAsync(keyFile, key.ExportPkcs8PrivateKeyPem(), Token);
    }
}
