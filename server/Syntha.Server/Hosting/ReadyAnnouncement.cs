using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Syntha.Server.Hosting;

/// <summary>Says once, when calls can come, under which addresses they can.</summary>
internal sealed partial class ReadyAnnouncement(IServer server, IHostApplicationLifetime lifetime, ILogger<ReadyAnnouncement> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(() =>
        {
            // In the order in which they were bound: gRPC first.
            var addresses = server.Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
            LogReady(addresses[0], addresses[1]);
            LogDevelopment();
        });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(3101, LogLevel.Information, "Syntha is ready: gRPC {GrpcAddress}, HTTP {HttpAddress}")]
    private partial void LogReady(string grpcAddress, string httpAddress);

    [LoggerMessage(3102, LogLevel.Information, "Development mode: calls need no credentials, so the server listens on loopback only")]
    private partial void LogDevelopment();
}
