using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Syntha.Server.Hosting;

/// <summary>
/// The server's certificate: a PKCS#12 file, or a PEM file with the chain and another with the key. With a certificate both ports use TLS,
/// and each speaks HTTP/1.1 and HTTP/2. Section <c>Server:Certificate</c>.
/// </summary>
public sealed record CertificateOptions
{
    /// <summary>The file: <c>.pfx</c> with the key, or PEM with the server's own certificate first.</summary>
    public string Path { get; init; } = "";

    /// <summary>The PEM file of the key. A PKCS#12 file needs none. Default: none.</summary>
    public string? KeyPath { get; init; }

    /// <summary>The password of the PKCS#12 file, or of an encrypted key. Default: none.</summary>
    public string? Password { get; init; }

    /// <summary>
    /// A PEM file with authorities. With it a caller must show a certificate for clients that one of them has issued, besides the
    /// credential. Default: none, and callers need no certificate.
    /// </summary>
    public string? ClientAuthoritiesPath { get; init; }

    internal X509Certificate2 Load() =>
        KeyPath is null ? X509CertificateLoader.LoadPkcs12FromFile(Path, Password)
        : Password is null ? X509Certificate2.CreateFromPemFile(Path, KeyPath)
        : X509Certificate2.CreateFromEncryptedPemFile(Path, Password, KeyPath);

    /// <summary>The server's certificate and those between it and its authority. The server sends them all.</summary>
    internal X509Certificate2Collection? LoadChain() => KeyPath is null ? null : LoadPem(Path);

    internal X509Certificate2Collection? LoadClientAuthorities() => ClientAuthoritiesPath is { } path ? LoadPem(path) : null;

    internal IEnumerable<string> Faults(string at)
    {
        string? fault = null;
        try
        {
            using var certificate = Load();
            if (!certificate.HasPrivateKey)
            {
                fault = $"{at}:{nameof(Path)} is '{Path}', which holds no private key; add {at}:{nameof(KeyPath)}.";
            }
            else if (LoadClientAuthorities() is { Count: 0 })
            {
                fault = $"{at}:{nameof(ClientAuthoritiesPath)} is '{ClientAuthoritiesPath}', which holds no certificate.";
            }
        }
        catch (Exception unreadable) when (
            unreadable is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            fault = $"{at} cannot be used: {unreadable.Message}";
        }
        if (fault is not null)
        {
            yield return fault;
        }
    }

    private static X509Certificate2Collection LoadPem(string path)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPemFile(path);
        return certificates;
    }
}
