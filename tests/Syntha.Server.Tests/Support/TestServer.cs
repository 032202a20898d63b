using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Syntha.Server.Hosting;
using Syntha.Server.Streams;
using Syntha.Server.Tests.Streams.Recording;

namespace Syntha.Server.Tests.Support;

/// <summary>
/// A server in this process with its own folder. An error in its log fails the test that the server belongs to, unless the test is about
/// errors. As a fixture it serves a class or, as <see cref="SharedServer"/>, all classes.
/// </summary>
public class TestServer : IAsyncLifetime
{
    private readonly string[] settings;
    private readonly ServerLog log = new();
    private readonly bool ownsStore = true;
    private TestStore? store;
    private WebApplication? app;
    private GrpcChannel? channel;

    public TestServer() => settings = [];

    protected TestServer(params string[] settings) => this.settings = settings;

    private TestServer(TestStore store, string[] settings) => (this.store, this.settings, ownsStore) = (store, settings, false);

    /// <summary>Whether the test provokes errors in the server.</summary>
    public bool MayLogErrors { get; set; }

    /// <summary>How long the server waits for the last messages of streams when it stops. Applies to streams that open later.</summary>
    public TimeSpan LastChance { set => Services.GetRequiredService<FeedStreams>().LastChance = value; }

    /// <summary>The folder of its data. With PostgreSQL it is empty.</summary>
    public string Folder => Store.Folder;

    public string UsersFolder => Path.Combine(Folder, "users");

    public Uri Grpc { get; private set; } = new("http://127.0.0.1:0");

    public Uri Http { get; private set; } = new("http://127.0.0.1:0");

    public GrpcChannel Channel => channel ?? throw new InvalidOperationException("The server has not started.");

    public IServiceProvider Services => App.Services;

    internal ServerLog Log => log;

    private TestStore Store => store ?? throw new InvalidOperationException("The server has not started.");

    private WebApplication App => app ?? throw new InvalidOperationException("The server has not started.");

    public static async Task<TestServer> StartAsync(params string[] settings)
    {
        var server = new TestServer(settings);
        await server.InitializeAsync();
        return server;
    }

    /// <summary>A node on a store that other nodes may also use, and that outlives the node.</summary>
    internal static async Task<TestServer> StartOnAsync(TestStore store, params string[] settings)
    {
        var server = new TestServer(store, settings);
        await server.InitializeAsync();
        return server;
    }

    public async ValueTask InitializeAsync()
    {
        store ??= await TestStore.CreateAsync();
        app = SynthaServer.Build(Extend, [
            "--Logging:LogLevel:Default=Information",
            "--Logging:Console:LogLevel:Default=None",
            "--Server:GrpcPort=0",
            "--Server:HttpPort=0",
            // Tests push harder than the limit allows. The limit has its own tests.
            "--RateLimit:CallsPerSecond=1000000",
            .. store.Settings,
            .. settings]);
        app.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        // A stream is told why it ends, even on a busy machine.
        LastChance = TimeSpan.FromSeconds(30);
        await app.StartAsync();
        var addresses = app.Urls.ToArray();
        (Grpc, Http) = (new(addresses[0]), new(addresses[1]));
        channel = GrpcChannel.ForAddress(Grpc, new() { MaxReceiveMessageSize = 4 * 1024 * 1024 });
    }

    /// <summary>The client of the operator.</summary>
    internal Administration.AdministrationClient Administration => Operator();

    /// <summary>A new user.</summary>
    internal TestUser NewUser(string name = "user") => As($"{name}{Guid.NewGuid():N}");

    internal TestUser As(string userId, string? secret = null) => new(Channel, userId, secret);

    /// <summary>An operator, or a caller that tries to be one.</summary>
    internal Administration.AdministrationClient Operator(string? secret = null) => new(Channel.Intercept(new CallerHeaders(null, secret)));

    /// <summary>The user's folder; its name on disk is the plain id.</summary>
    public string FolderOf(string userId) => Path.Combine(UsersFolder, userId);

    /// <summary>The names of all users' stores.</summary>
    internal IEnumerable<string> StoreNames() => Store.Names();

    /// <summary>Whether a user has a store. The id must be a plain name.</summary>
    internal bool HasStore(string userId) => Store.Names().Contains(userId);

    /// <summary>A user's log, read directly from the store.</summary>
    internal LogTable ReadLog(string userId) => Store.ReadLog(userId);

    /// <summary>Begins to stop; the task ends when the last call has ended.</summary>
    public Task StopAsync() => App.StopAsync();

    /// <summary>Stops the server and starts it again on the same folder. Tests must ask for their users anew after that.</summary>
    public async Task RestartAsync(Action? between = null)
    {
        await EndAsync();
        between?.Invoke();
        await InitializeAsync();
    }

    public virtual async ValueTask DisposeAsync()
    {
        await EndAsync();
        if (ownsStore)
        {
            await Store.DisposeAsync();
        }

        if (!MayLogErrors)
        {
            Assert.True(!log.Errors.Any(), string.Join('\n', log.Errors));
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Puts services in place of the server's own.</summary>
    protected virtual void Extend(IServiceCollection services)
    {
    }

    private async Task EndAsync()
    {
        channel?.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
    }
}
