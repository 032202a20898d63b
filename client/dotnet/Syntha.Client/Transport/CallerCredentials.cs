using Grpc.Core;

namespace Syntha.Client;

/// <summary>
/// Puts the caller's credential on each call, and on each attempt. <see cref="SynthaClientOptionsValidator"/> decides whether the
/// credential may travel to the address. gRPC's own rule is not used: it refuses every address without TLS, also this machine's.
/// </summary>
internal static class CallerCredentials
{
    private const string Header = "authorization";

    internal static ChannelCredentials For(Uri address, SynthaClientOptions options)
    {
        var channel = address.Scheme == Uri.UriSchemeHttps ? ChannelCredentials.SecureSsl : ChannelCredentials.Insecure;
        return options switch
        {
            { ApiKey: { } key } => ChannelCredentials.Create(channel, CallCredentials.FromInterceptor((_, metadata) =>
            {
                metadata.Add(Header, $"Bearer {key}");
                return Task.CompletedTask;
            })),
            { TokenProvider: { } provide } => ChannelCredentials.Create(channel, CallCredentials.FromInterceptor(async (call, metadata) =>
                metadata.Add(Header, $"Bearer {await provide(call.CancellationToken).ConfigureAwait(false)}"))),
            _ => channel,
        };
    }
}
