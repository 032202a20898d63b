using System.Net;
using System.Net.Sockets;

using Microsoft.Extensions.DependencyInjection;

using Syntha.Client.Testing;

namespace Syntha.Client.Tests.RealServer;

public sealed class TestServerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Restart_KeepsDataAddressAndClients()
    {
        await using var server = await SynthaTestServer.StartAsync(cancellationToken: Token);
        var mesh = server.NewUser();
        var receipt = await mesh.PushAsync("k", "kept", cancellationToken: Token);
        var address = server.Address;

        await server.RestartAsync(Token);

        Assert.Equal(address, server.Address);
        Assert.Equal("kept", await mesh.GetAsync<string>("k", cancellationToken: Token));
        Assert.Equal(receipt.Position, (await mesh.GetStatsAsync(cancellationToken: Token)).Position);
    }

    [Fact]
    public async Task Restart_ItsPort_IsNotGivenToOthersThatAskForAny()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Environment.OSVersion.Version >= new Version(6, 3), "Ports cannot be asked for by range.");
        await using var server = await SynthaTestServer.StartAsync(cancellationToken: Token);
        using var restarted = new CancellationTokenSource();
        var asking = Task.Run(() => Given(new Uri(server.Address).Port, restarted.Token), Token);

        await server.RestartAsync(Token);
        await restarted.CancelAsync();

        Assert.Equal(0, await asking);
    }

    [Fact]
    public async Task Dispose_LeavesNothingBehind()
    {
        var server = await SynthaTestServer.StartAsync(cancellationToken: Token);
        var mesh = server.NewUser();
        await mesh.PushAsync("k", 1, cancellationToken: Token);
        Assert.True(Directory.Exists(server.DataFolder));

        await server.DisposeAsync();

        Assert.False(Directory.Exists(server.DataFolder));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => mesh.GetAsync("k", cancellationToken: Token));
    }

    [Fact]
    public async Task Start_WithSettings_AppliesThem()
    {
        await using var server = await SynthaTestServer.StartAsync(new Dictionary<string, string> { ["Users:IdPreset"] = "Seed" }, Token);

        var thrown = await Assert.ThrowsAsync<SynthaInvalidArgumentException>(
            () => server.Client.ForUser("alice@example.com").GetAsync("k", cancellationToken: Token));

        Assert.Equal(ErrorReason.UserIdMalformed, thrown.Reason);
        Assert.Null(await server.NewUser().GetAsync("k", cancellationToken: Token));
    }

    [Fact]
    public async Task AddSynthaClient_AgainstARealServer_Calls()
    {
        await using var server = await SynthaTestServer.StartAsync(cancellationToken: Token);
        var services = new ServiceCollection();
        services.AddSynthaClient(options => options.Address = server.Address);
        await using var provider = services.BuildServiceProvider();

        await provider.GetRequiredService<SynthaClient>().ForUser("alice").PushAsync("k", 1, cancellationToken: Token);

        Assert.Equal(1, await server.Client.ForUser("alice").GetAsync<int?>("k", cancellationToken: Token));
    }

    // Asks for any port of a range that has this port alone, and counts how often the system gives it.
    private static int Given(int port, CancellationToken stop)
    {
        const int ipLevel = 0;
        const int localPortRange = 51;
        var given = 0;
        while (!stop.IsCancellationRequested)
        {
            using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            other.SetRawSocketOption(ipLevel, localPortRange, BitConverter.GetBytes(((uint)port << 16) | (uint)port));
            try
            {
                other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
                given++;
            }
            catch (SocketException)
            {
                // The port is taken, as it should be.
            }
        }

        return given;
    }
}
