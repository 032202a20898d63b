using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Syntha.Server.Hosting;

namespace Syntha.Server.Tests.Support;

/// <summary>
/// A server in this process with a folder of its own. What it logs as an error fails the test that it belongs to, unless errors are what the
/// test is about. As a fixture it serves a class, or, as <see cref="SharedServer"/>, all of them.
/// </summary>
public class TestServer : IAsyncLifetime
{
    private readonly string[] settings;
    private readonly ServerLog log = new();
    private WebApplication? app;
    private GrpcChannel? channel;

    public TestServer() => settings = [];

    private TestServer(string[] settings) => this.settings = settings;

    /// <summary>Whether the test provokes errors of the server.</summary>
    public bool MayLogErrors { get; set; }

    public string Folder { get; } = Directory.CreateDirectory(Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"syntha-attacks-{Guid.NewGuid():N}")).FullName;

    public string UsersFolder => Path.Combine(Folder, "users");

    public Uri Grpc { get; private set; } = new("http://127.0.0.1:0");

    public Uri Http { get; private set; } = new("http://127.0.0.1:0");

    public GrpcChannel Channel => channel ?? throw new InvalidOperationException("The server has not started.");

    public IServiceProvider Services => App.Services;

    internal ServerLog Log => log;

    private WebApplication App => app ?? throw new InvalidOperationException("The server has not started.");

    public static async Task<TestServer> StartAsync(params string[] settings)
    {
        var server = new TestServer(settings);
        await server.InitializeAsync();
        return server;
    }

    public async ValueTask InitializeAsync()
    {
        app = SynthaServer.Build([
            "--Logging:LogLevel:Default=Information",
            "--Logging:Console:LogLevel:Default=None",
            "--Server:GrpcPort=0",
            "--Server:HttpPort=0",
            $"--Storage:DataPath={Folder}",
            .. settings]);
        app.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        await app.StartAsync();
        var addresses = app.Urls.ToArray();
        (Grpc, Http) = (new(addresses[0]), new(addresses[1]));
        channel = GrpcChannel.ForAddress(Grpc, new() { MaxReceiveMessageSize = 4 * 1024 * 1024 });
    }

    /// <summary>A user whom nobody has used before.</summary>
    internal TestUser NewUser(string name = "user") => As($"{name}{Guid.NewGuid():N}");

    internal TestUser As(string userId) => new(Channel, userId);

    /// <summary>The user's folder, by its name on disk for plain ids.</summary>
    public string FolderOf(string userId) => Path.Combine(UsersFolder, userId);

    /// <summary>Begins to stop; the task ends when the last call has ended.</summary>
    public Task StopAsync() => App.StopAsync();

    /// <summary>Stops and starts again on the same folder, as another life of the server. Users have to be asked for anew.</summary>
    public async Task RestartAsync(Action? between = null)
    {
        await EndAsync();
        between?.Invoke();
        await InitializeAsync();
    }

    public virtual async ValueTask DisposeAsync()
    {
        await EndAsync();
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
        if (!MayLogErrors)
            Assert.Empty(log.Errors);
        GC.SuppressFinalize(this);
    }

    private async Task EndAsync()
    {
        channel?.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
    }
}
