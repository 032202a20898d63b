using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Syntha.Server.Encryption;

/// <summary>
/// Encryption of what is stored. Once data is encrypted the server starts with its key ring only. Section <c>Encryption</c>.
/// </summary>
public sealed record EncryptionOptions
{
    public const string Section = "Encryption";

    /// <summary>
    /// The folder of the key ring, made when missing: keys of ASP.NET Core's data protection. All servers of a database share it. Not in the
    /// data folder, and in no backup of that: whoever has both can read the data. Null: nothing is encrypted. Default: null.
    /// </summary>
    public string? KeyRingPath { get; init; }

    /// <summary>
    /// A PKCS#12 file with an RSA certificate and its key, under which the ring's own keys are encrypted. Null: they lie there in the clear,
    /// readable by the server's account. Default: null.
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
            yield return $"{Section}:{nameof(KeyRingPath)} is '{KeyRingPath}', which is in the data folder; whoever has that would have the keys as well.";
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
