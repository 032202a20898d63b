using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Syntha.Client;

/// <summary>Which authorities a server's certificate must come from.</summary>
internal static class ServerTrust
{
    /// <returns>The policy. <see langword="null"/>: the authorities that the machine trusts.</returns>
    internal static X509ChainPolicy? PolicyOf(SynthaClientOptions options)
    {
        if (options.TrustedAuthoritiesPath is not { } path)
        {
            return null;
        }

        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(path);
        return policy;
    }

    /// <summary>What to do when the client did not accept the server's certificate.</summary>
    /// <param name="cause">What the transport threw.</param>
    /// <returns>The remedy, or <see langword="null"/> when the failure has another cause.</returns>
    internal static string? RemedyFor(Exception? cause)
    {
        for (var inner = cause; inner is not null; inner = inner.InnerException)
        {
            // The same type also reports a server that does not speak TLS at all. Its text then says nothing of a certificate.
            if (inner is AuthenticationException && inner.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase))
            {
                return $"The server's certificate was not accepted: {inner.Message} If an authority of your own issued it, name a PEM file "
                    + $"with that authority in {nameof(SynthaClientOptions)}.{nameof(SynthaClientOptions.TrustedAuthoritiesPath)}.";
            }
        }

        return null;
    }
}
