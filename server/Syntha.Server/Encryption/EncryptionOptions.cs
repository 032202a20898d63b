using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Syntha.Server.Encryption;

/// <summary>
/// Encryption of the stored data. When data is encrypted, the server starts only with its key ring. Section <c>Encryption</c>.
/// </summary>
public sealed record EncryptionOptions
{
    public const string Section = "Encryption";

    /// <summary>
    /// The folder of the key ring, with keys of ASP.NET Core's data protection. The server makes it when it is missing. All servers of a
    /// database share it. It must not be in the data folder or in a backup of that folder, because the data can be read with both. Null:
    /// nothing is encrypted. Default: null.
    /// </summary>
    public string? KeyRingPath { get; init; }

    /// <summary>
    /// A PKCS#12 file with an RSA certificate and its key. The ring's own keys are encrypted with it. Null: the keys are not encrypted, and
    /// the server's account can read them. Default: null.
    /// </summary>
    public string? CertificatePath { get; init; }

    /// <summary>The password of that file. Default: none.</summary>
    public string? CertificatePassword { get; init; }

    internal X509Certificate2? LoadCertificate() =>
        CertificatePath is { } path ? X509CertificateLoader.LoadPkcs12FromFile(path, CertificatePassword) : null;

    /// <param name="dataPath">The data folder.</param>
    internal IEnumerable<string> Faults(string? dataPath)
    {
        if (KeyRingPath is null && (CertificatePath ?? CertificatePassword) is not null)
        {
            yield return $"{Section} has a certificate and no {nameof(KeyRingPath)}; set the folder of the key ring that it is to protect.";
        }

        if (KeyRingPath is "")
        {
            yield return $"{Section}:{nameof(KeyRingPath)} is empty; set it to a folder, or leave it out.";
        }
        else if (KeyRingPath is not null && !string.IsNullOrEmpty(dataPath) && IsWithin(KeyRingPath, dataPath))
        {
            yield return $"{Section}:{nameof(KeyRingPath)} is '{KeyRingPath}', which is in the data folder; " +
                "use a folder elsewhere, because a copy of the data folder would contain the keys.";
        }

        if (CertificateFault() is { } fault)
        {
            yield return fault;
        }
    }

    private static bool IsWithin(string path, string folder) =>
        !Path.GetRelativePath(folder, path).Split(Path.DirectorySeparatorChar)[0].Equals("..", StringComparison.Ordinal)
        && !Path.IsPathRooted(Path.GetRelativePath(folder, path));

    private string? CertificateFault()
    {
        try
        {
            using var certificate = LoadCertificate();
            return certificate is null || (certificate.HasPrivateKey && certificate.GetRSAPublicKey() is not null)
                ? null
                : $"{Section}:{nameof(CertificatePath)} is '{CertificatePath}', which holds no RSA key; use a PKCS#12 file with one.";
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return $"{Section}:{nameof(CertificatePath)} cannot be used: {unreadable.Message}";
        }
    }
}
