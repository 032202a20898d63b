using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Syntha.Cli.Output;

namespace Syntha.Cli.Connections;

/// <summary>
/// Checks the server's certificate with the machine's authorities, or with those in a file, and keeps the reason for refusing it. gRPC
/// reports a refused certificate as a server that is unavailable, without the names in the certificate.
/// </summary>
/// <param name="authorityFile">A PEM file with the authorities to trust. Null: the machine's authorities.</param>
internal sealed class CertificateCheck(string? authorityFile)
{
    /// <summary>The reason for refusing the certificate. Null: it was not refused.</summary>
    public string? Fault { get; private set; }

    public SslClientAuthenticationOptions CreateOptions()
    {
        var options = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = Accept };
        if (authorityFile is not null)
        {
            options.CertificateChainPolicy = new()
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            options.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(authorityFile);
        }

        return options;
    }

    private bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
        {
            return true;
        }

        Fault = certificate is null
            ? "The server showed no certificate."
            : PrintableText.Of($"The server's certificate is not accepted: subject {certificate.Subject}, issuer {certificate.Issuer}. ")
                + Reason(certificate, chain, errors);
        return false;
    }

    private string Reason(X509Certificate certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return "The certificate is for other names than the address has. Write a name that the certificate holds.";
        }

        if (chain?.ChainStatus.Any(status => status.Status == X509ChainStatusFlags.NotTimeValid) == true)
        {
            return $"It is valid from {certificate.GetEffectiveDateString()} until {certificate.GetExpirationDateString()}, and not now.";
        }

        return authorityFile is null
            ? "This machine does not trust its authority. Name a file with the authority's certificate: --ca FILE."
            : $"No authority in {authorityFile} (--ca) has issued it.";
    }
}
