using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;

namespace Syntha.Cli.Connections;

/// <summary>Makes channels to one server, with or without a credential.</summary>
/// <param name="address">The server.</param>
/// <param name="certificates">Checks the server's certificate.</param>
/// <param name="certificate">The certificate that the caller shows to a server that asks for one. Null: none.</param>
internal sealed class OperatorChannel(Uri address, CertificateCheck certificates, X509Certificate2? certificate)
{
    // As the clients have it.
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>What connects to a server.</summary>
    public static SocketsHttpHandler HandlerOf(CertificateCheck certificates, X509Certificate2? certificate)
    {
        var security = certificates.CreateOptions();
        security.ClientCertificates = certificate is null ? null : [certificate];
        return new()
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            SslOptions = security,
            ConnectTimeout = ConnectTimeout,
            // A server that accepts connections and is then silent answers no ping either.
            KeepAlivePingDelay = ConnectTimeout,
            KeepAlivePingTimeout = ConnectTimeout,
        };
    }

    /// <param name="key">The API key that goes with every call. Null: none.</param>
    public GrpcChannel Open(string? key)
    {
        var isSecure = address.Scheme == Uri.UriSchemeHttps;
        var credentials = isSecure ? ChannelCredentials.SecureSsl : ChannelCredentials.Insecure;
        var options = new GrpcChannelOptions
        {
            HttpHandler = HandlerOf(certificates, certificate),
            DisposeHttpClient = true,
            Credentials = credentials,
        };
        if (key is null)
        {
            return GrpcChannel.ForAddress(address, options);
        }

        options.Credentials = ChannelCredentials.Create(credentials, CallCredentials.FromInterceptor((_, metadata) =>
        {
            metadata.Add("authorization", $"Bearer {key}");
            return Task.CompletedTask;
        }));
        options.UnsafeUseInsecureChannelCallCredentials = true;
        return GrpcChannel.ForAddress(address, options);
    }
}
