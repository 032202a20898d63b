using Grpc.Core;

namespace Syntha.Client.Transport;

/// <summary>
/// Puts the caller's credential on each call, and on each attempt. That it may travel to the address at all is the options' validator's to say:
/// gRPC itself would refuse it to every address without TLS, this machine's included.
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
