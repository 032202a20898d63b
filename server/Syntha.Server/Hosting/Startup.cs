using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using Syntha.Mesh.Serving;
using Syntha.Page.Access;
using Syntha.Server.Credentials;
using Syntha.Server.Doors;
using Syntha.Server.Encryption;
using Syntha.Storage;
using Syntha.Storage.Ground;

namespace Syntha.Server.Hosting;

/// <summary>Opens the data before the first call, and logs when and where the server takes calls.</summary>
internal sealed partial class Startup(
    IServiceProvider services, IServer server, IHostApplicationLifetime lifetime,
    IOptions<CredentialOptions> authentication, IOptions<ServerOptions> options, IOptions<DoorOptions> doors,
    IOptions<PageOptions> page, MasterKeyRing encryption,
    ILogger<Startup> logger) : IHostedService
{
    /// <summary>Takes hold of the data, and checks that it can be served. May be called again.</summary>
    /// <exception cref="StorageUnusableException">The data cannot be served.</exception>
    public static async Task TakeDataAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        // Made now and not at the first call, so that a data folder that another process holds stops the start.
        services.GetRequiredService<MeshRegistry>();
        await services.GetRequiredService<ServerStorage>().StartAsync(cancellationToken);
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await TakeDataAsync(services, cancellationToken);
        lifetime.ApplicationStarted.Register(() =>
        {
            // The order is that of Listening: gRPC first.
            var addresses = server.Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
            LogReady(
                addresses[0], addresses[1], OnOff(authentication.Value.IsOn), OnOff(options.Value.Certificate is not null),
                OnOff(encryption.Key is not null));
            LogDoors(string.Join(", ", doors.Value.Open(authentication.Value)));
            if (page.Value.IsOpen(authentication.Value.IsOn))
            {
                LogPage(addresses[1]);
            }

            if (!authentication.Value.IsOn)
            {
                LogDevelopment();
            }
            else if (options.Value is { Certificate: null, IsLoopback: false })
            {
                LogInTheClear();
            }
        });
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static string OnOff(bool isOn) => isOn ? "on" : "off";

    [LoggerMessage(
        3101, LogLevel.Information,
        "Syntha is ready: gRPC {GrpcAddress}, HTTP {HttpAddress} (authentication {Authentication}, TLS {Tls}, encryption {Encryption})")]
    private partial void LogReady(string grpcAddress, string httpAddress, string authentication, string tls, string encryption);

    [LoggerMessage(3104, LogLevel.Information, "Open doors: {Doors}")]
    private partial void LogDoors(string doors);

    [LoggerMessage(3102, LogLevel.Information, "Development mode: calls need no credentials, so the server listens on loopback only")]
    private partial void LogDevelopment();

    [LoggerMessage(3105, LogLevel.Information, "Look into a mesh at {Address}/")]
    private partial void LogPage(string address);

    [LoggerMessage(
        3103, LogLevel.Warning,
        "Credentials and data travel in the clear: configure Server:Certificate, or see that only a proxy with TLS reaches this port")]
    private partial void LogInTheClear();
}
