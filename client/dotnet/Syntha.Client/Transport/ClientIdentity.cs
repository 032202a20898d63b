using System.Security.Cryptography.X509Certificates;

namespace Syntha.Client;

/// <summary>The certificate that the client shows to a server that asks for one.</summary>
internal static class ClientIdentity
{
    /// <returns>The certificate. <see langword="null"/>: the options name none.</returns>
    internal static X509CertificateCollection? Of(SynthaClientOptions options) =>
        options.ClientCertificatePath is { } path ? [X509Certificate2.CreateFromPemFile(path, options.ClientKeyPath)] : null;
}
