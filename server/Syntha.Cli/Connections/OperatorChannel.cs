using Grpc.Core;
using Grpc.Net.Client;

namespace Syntha.Cli.Connections;

/// <summary>Makes channels to one server, with or without a credential.</summary>
/// <param name="address">The server.</param>
/// <param name="certificates">Checks the server's certificate.</param>
internal sealed class OperatorChannel(Uri address, CertificateCheck certificates)
{
    /// <param name="key">The API key that goes with every call. Null: none.</param>
    public GrpcChannel Open(string? key)
    {
        var isSecure = address.Scheme == Uri.UriSchemeHttps;
        var credentials = isSecure ? ChannelCredentials.SecureSsl : ChannelCredentials.Insecure;
        var options = new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { UseProxy = false, SslOptions = certificates.CreateOptions() },
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
