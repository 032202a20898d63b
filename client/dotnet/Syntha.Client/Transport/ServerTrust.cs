using System.Security.Cryptography.X509Certificates;

namespace Syntha.Client.Transport;

/// <summary>Which authorities a server's certificate must come from.</summary>
internal static class ServerTrust
{
    /// <returns>Null: those that the machine trusts.</returns>
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
}
