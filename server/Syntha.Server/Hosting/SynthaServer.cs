using System.Net;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Syntha.Mesh.Serving;
using Syntha.Mesh.Stores;
using Syntha.Server.Calls;
using Syntha.Server.Errors;
using Syntha.Server.Options;
using Syntha.Server.Services;
using Syntha.Storage.Sqlite;

namespace Syntha.Server.Hosting;

/// <summary>Puts the server together: for Program, and for tests that run it in their own process.</summary>
public static class SynthaServer
{
    // Beyond our own limit of 3 MiB, so that a request somewhat too large gets our reason and not only gRPC's status.
    private const int MaxReceiveBytes = 8 * 1024 * 1024;

    /// <param name="args">Configuration as on the command line, such as <c>--Server:GrpcPort=0</c>.</param>
    /// <exception cref="OptionsValidationException">The configuration cannot be used; it tells all that is wrong with it.</exception>
    public static WebApplication Build(params string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddEnvironmentVariables("SYNTHA_").AddCommandLine(args);

        new CheckedOptions(builder.Services, builder.Configuration)
            .Add<ServerOptions>(ServerOptions.Section, options => options.Faults())
            .Add<UserOptions>(UserOptions.Section, options => options.Faults())
            .Add<MeshOptions>(MeshOptions.Section)
            .Add<SqliteOptions>(SqliteOptions.Section)
            .Demand();
        AddMesh(builder.Services);
        AddGrpc(builder.Services);
        builder.Services.AddHostedService<Startup>();
        builder.WebHost.ConfigureKestrel((_, kestrel) => Listen(kestrel));

        var app = builder.Build();
        Map(app);
        return app;
    }

    private static void AddMesh(IServiceCollection services)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IUserStores>(provider => new SqliteStores(
            provider.GetRequiredService<IOptions<SqliteOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton(provider => new MeshRegistry(
            provider.GetRequiredService<IUserStores>(),
            provider.GetRequiredService<IOptions<MeshOptions>>().Value.Limits,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<MeshRegistry>>()));
        services.AddSingleton<MeshCalls>();
    }

    private static void AddGrpc(IServiceCollection services)
    {
        // Singletons, or each call would make its own.
        services.AddSingleton<FaultInterceptor>().AddSingleton<CallerInterceptor>();
        services.AddSingleton<ContextMeshService>().AddSingleton<ToolHandlerService>();
        services.AddGrpc(options => options.MaxReceiveMessageSize = MaxReceiveBytes)
            .AddServiceOptions<ContextMeshService>(options => options.Interceptors.AddGuards())
            .AddServiceOptions<ToolHandlerService>(options => options.Interceptors.AddGuards());
        services.AddGrpcReflection();
        services.AddGrpcHealthChecks().AddCheck("server", () => Microsoft.Extensions.Diagnostics.HealthChecks.HealthCheckResult.Healthy());
        services.AddOptions<HostOptions>().Configure<IOptions<ServerOptions>>(
            (host, server) => host.ShutdownTimeout = TimeSpan.FromSeconds(server.Value.DrainSeconds));
        services.AddHostFiltering(_ => { });
        services.AddOptions<HostFilteringOptions>().Configure<IOptions<ServerOptions>>(
            (filter, server) => (filter.AllowedHosts, filter.AllowEmptyHosts) = ([.. server.Value.Hosts], false));
    }

    private static void AddGuards(this Grpc.AspNetCore.Server.InterceptorCollection interceptors)
    {
        interceptors.Add<FaultInterceptor>();
        interceptors.Add<CallerInterceptor>();
    }

    // Without TLS one port cannot speak both protocols. The order is relied on: gRPC first.
    private static void Listen(KestrelServerOptions kestrel)
    {
        var options = kestrel.ApplicationServices.GetRequiredService<IOptions<ServerOptions>>().Value;
        var address = IPAddress.Parse(options.Address);
        kestrel.AddServerHeader = false;
        kestrel.Listen(address, options.GrpcPort, listen => listen.Protocols = HttpProtocols.Http2);
        kestrel.Listen(address, options.HttpPort, listen => listen.Protocols = HttpProtocols.Http1);
    }

    private static void Map(WebApplication app)
    {
        // Browsers speak HTTP/1.1 here, gRPC clients HTTP/2: the guards against browsers cost gRPC calls nothing.
        app.UseWhen(context => HttpProtocol.IsHttp11(context.Request.Protocol) || HttpProtocol.IsHttp10(context.Request.Protocol), http =>
        {
            http.UseHostFiltering();
            http.UseMiddleware<BrowserGuard>();
            http.UseGrpcWeb(new GrpcWebOptions { DefaultEnabled = true });
        });
        app.MapGrpcService<ContextMeshService>();
        app.MapGrpcService<ToolHandlerService>();
        app.MapGrpcHealthChecksService();
        app.MapGrpcReflectionService();
        app.MapHealthChecks("/health");
    }
}
