using System.Net;
using System.Net.Sockets;

using Microsoft.AspNetCore.Builder;

using Syntha.Server.Hosting;

namespace Syntha.Client.Testing;

/// <summary>
/// A real Syntha server in the test's own process: the server's code, Kestrel on a free loopback port, SQLite files in a scratch folder. It
/// starts in well under a second. One server is enough for a whole test run, because every test takes a fresh user. Thread-safe, except for
/// <see cref="RestartAsync"/> and disposal.
/// </summary>
/// <remarks>
/// The scratch folder lies in memory where the system offers that (<c>/dev/shm</c>), so syncs cost nothing. A test sees the server's
/// behaviour. It does not see the speed of a disk, or what a loss of power would leave.
/// </remarks>
public sealed class SynthaTestServer : IAsyncDisposable
{
    private const string MemoryFolder = "/dev/shm";

    private readonly IReadOnlyDictionary<string, string> settings;
    private readonly ClientsOfOneServer clients = new();
    private readonly Uri address;
    private readonly Socket? port;
    private WebApplication? app;

    private SynthaTestServer(WebApplication app, Socket? port, string dataFolder, IReadOnlyDictionary<string, string> settings)
    {
        this.app = app;
        this.port = port;
        this.settings = settings;
        DataFolder = dataFolder;
        address = AddressOf(app);
        Client = CreateClient();
    }

    /// <summary>The server's gRPC address, such as <c>http://127.0.0.1:38417</c>. It stays the same over a restart.</summary>
    public string Address => address.GetLeftPart(UriPartial.Authority);

    /// <summary>The scratch folder with the users' files. It is deleted when this object is disposed.</summary>
    public string DataFolder { get; }

    /// <summary>A client with default options. It is disposed with this object.</summary>
    public SynthaClient Client { get; }

    /// <summary>Starts a server and returns when it answers.</summary>
    /// <param name="settings">
    /// Settings of the server, such as <c>Users:IdPreset</c> = <c>Seed</c>, see its configuration table. <see langword="null"/>: its
    /// defaults. The server logs warnings only.
    /// </param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <returns>The running server. Dispose it.</returns>
    public static async Task<SynthaTestServer> StartAsync(
        IReadOnlyDictionary<string, string>? settings = null,
        CancellationToken cancellationToken = default)
    {
        settings ??= new Dictionary<string, string>();
        var dataFolder = Path.Combine(
            Directory.Exists(MemoryFolder) ? MemoryFolder : Path.GetTempPath(), $"syntha-test-{Guid.NewGuid():N}");
        var port = HeldPort();
        try
        {
            var number = (port?.LocalEndPoint as IPEndPoint)?.Port ?? 0;
            var app = await RunAsync(dataFolder, number, settings, cancellationToken).ConfigureAwait(false);
            return new SynthaTestServer(app, port, dataFolder, settings);
        }
        catch
        {
            port?.Dispose();
            Delete(dataFolder);
            throw;
        }
    }

    /// <summary>Makes a client with options of its own. It is disposed with this object, if not before.</summary>
    /// <param name="configure">Sets the options. The address is set already.</param>
    /// <returns>The client.</returns>
    public SynthaClient CreateClient(Action<SynthaClientOptions>? configure = null)
    {
        var options = new SynthaClientOptions { Address = Address };
        configure?.Invoke(options);
        return clients.Keep(new SynthaClient(options));
    }

    /// <summary>The mesh of a fresh user. It isolates one test from another.</summary>
    /// <param name="name">The beginning of the user's id, to recognise it in files and logs: letters and digits.</param>
    /// <returns>The owner's view of an empty mesh, over <see cref="Client"/>.</returns>
    public ContextMesh NewUser(string name = "user") => Client.ForUser($"{name}{Guid.NewGuid():N}");

    /// <summary>
    /// Stops the server in good order, and starts it again on the same folder and port, as an upgrade would. Clients stay usable: they
    /// retry their calls of the time in between.
    /// </summary>
    /// <param name="cancellationToken">Cancels the restart. The server is then gone.</param>
    /// <returns>A task that completes when the server answers again.</returns>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await StopAsync(cancellationToken).ConfigureAwait(false);
        app = await RunAsync(DataFolder, address.Port, settings, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Disposes the clients, stops the server and deletes its folder.</summary>
    /// <returns>A task that completes when all is gone.</returns>
    public async ValueTask DisposeAsync()
    {
        clients.Dispose();
        try
        {
            await StopAsync(CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            port?.Dispose();
            Delete(DataFolder);
        }
    }

    // While the server is down, the system could give its port to another process that asks for a free one. Linux gives away no port that
    // is bound, and lets two sockets be bound to one port while only one of them listens. On other systems a restart may find its port
    // taken.
    private static Socket? HeldPort()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static async Task<WebApplication> RunAsync(
        string dataFolder,
        int grpcPort,
        IReadOnlyDictionary<string, string> settings,
        CancellationToken cancellationToken)
    {
        string[] args =
        [
            "--Logging:LogLevel:Default=Warning",
            // Tests may call faster than any user.
            "--RateLimit:CallsPerSecond=1000000",
            .. settings.Select(setting => $"--{setting.Key}={setting.Value}"),
            $"--Server:GrpcPort={grpcPort}",
            "--Server:HttpPort=0",
            $"--Storage:DataPath={dataFolder}",
        ];
        var app = SynthaServer.Build(args);
        try
        {
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
            return app;
        }
        catch
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task StopAsync(CancellationToken cancellationToken)
    {
        // Forget the server first, so that one which fails to stop, or to start again, is not stopped a second time.
        if (Interlocked.Exchange(ref app, null) is not { } running)
        {
            return;
        }

        await using (running.ConfigureAwait(false))
        {
            await running.StopAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    // The addresses are in the order in which the server binds them: gRPC first.
    private static Uri AddressOf(WebApplication app) => new(app.Urls.First());

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
