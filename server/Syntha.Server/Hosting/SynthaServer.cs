using System.Globalization;
using Grpc.AspNetCore.Server;
using Grpc.Core.Interceptors;
using Grpc.Reflection;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;
using Syntha.Mesh.Quotas;
using Syntha.Mesh.Serving;
using Syntha.Mesh.Stores;
using Syntha.Page;
using Syntha.Page.Access;
using Syntha.Server.Admission;
using Syntha.Server.Audit;
using Syntha.Server.Circuits;
using Syntha.Server.Configuration;
using Syntha.Server.Credentials;
using Syntha.Server.Doors;
using Syntha.Server.Encryption;
using Syntha.Server.Gate;
using Syntha.Server.Http;
using Syntha.Server.Mcp;
using Syntha.Server.Meshes;
using Syntha.Server.Operations;
using Syntha.Server.Services;
using Syntha.Server.Streams;
using Syntha.Server.Telemetry;
using Syntha.Server.Tools;
using Syntha.Server.Wire;
using Syntha.Storage;
using Syntha.Storage.Options;

namespace Syntha.Server.Hosting;

/// <summary>
/// Puts the server together, for the program and for tests that run it in their own process. It is the main type of the room Hosting, which
/// uses all other rooms and is used by none.
/// </summary>
public static class SynthaServer
{
    private const string HealthPath = "/health";
    // The platform would watch appsettings.json, and could not start where the machine has no watches left.
    private const string WithoutWatches = "--hostBuilder:reloadConfigOnChange=false";
    private const int MaxNameMessageBytes = 64 * 1024;

    private static readonly Google.Protobuf.Reflection.ServiceDescriptor[] Services =
    [
        V1.ContextMesh.Descriptor, V1.ToolHandler.Descriptor, V1.Administration.Descriptor, V1.Discovery.Descriptor,
    ];

    // What stands around every method, the outermost first, on every door.
    private static readonly Type[] Interceptors =
        [typeof(FaultInterceptor), typeof(AuditInterceptor), typeof(CallerInterceptor), typeof(StopInterceptor)];

    // What reflection describes.
    private static readonly Google.Protobuf.Reflection.ServiceDescriptor[] Described =
    [
        .. Services, Grpc.Health.V1.Health.Descriptor, Grpc.Reflection.V1.ServerReflection.Descriptor,
        Grpc.Reflection.V1Alpha.ServerReflection.Descriptor,
    ];

    /// <param name="args">Configuration as on the command line, such as <c>--Server:GrpcPort=0</c>.</param>
    /// <exception cref="OptionsValidationException">The configuration cannot be used; it tells all that is wrong with it.</exception>
    public static WebApplication Build(params string[] args) => Build(static _ => { }, args);

    /// <param name="extend">Puts services in place of the server's own, for tests.</param>
    /// <param name="args">Configuration as on the command line.</param>
    internal static WebApplication Build(Action<IServiceCollection> extend, string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { Args = [.. args, WithoutWatches], ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddSettingVariables().AddCommandLine(args);

        var checks = new CheckedOptions(builder.Services, builder.Configuration)
            .Add<CredentialOptions>(CredentialOptions.Section, options => options.Faults());
        // Options with faults open nothing: the server does not start until they are mended.
        var authentication = checks.Find<CredentialOptions>() ?? new();
        checks
            .Add<ServerOptions>(ServerOptions.Section, options => options.Faults(authentication.IsOn))
            .Add<AuditOptions>(AuditOptions.Section)
            .Add<TelemetryOptions>(TelemetryOptions.Section)
            .Add<ConnectionOptions>(ConnectionOptions.Section)
            .Add<RateLimitOptions>(RateLimitOptions.Section)
            .Add<UserOptions>(UserOptions.Section, options => options.Faults())
            .Add<MeshOptions>(MeshOptions.Section)
            .Add<LogOptions>(LogOptions.Section)
            .Add<QuotaOptions>(QuotaOptions.Section)
            .Add<DoorOptions>(DoorOptions.Section)
            .Add<PageOptions>(PageOptions.Section)
            .Add<StreamOptions>(StreamOptions.Section, options => options.Faults())
            .Add<StorageOptions>(StorageOptions.Section, options => options.Faults());
        checks.Add<EncryptionOptions>(EncryptionOptions.Section, options => options.Faults(checks.Find<StorageOptions>()?.DataPath))
            .RefuseUnknownSections(args).Demand();
        builder.Services.AddAudit(ChainOf);
        AddMesh(builder.Services);
        builder.Services.AddAdmission(authentication);
        builder.Services.AddGate();
        builder.Services.AddTelemetry(checks.Find<TelemetryOptions>()!);
        AddGrpc(builder.Services);
        builder.Services.AddHttpDoor();
        builder.Services.AddDoors(
            (provider, binder) => V1.ContextMesh.BindService(binder, provider.GetRequiredService<ContextMeshService>()),
            (provider, binder) => V1.ToolHandler.BindService(binder, provider.GetRequiredService<ToolHandlerService>()),
            (provider, binder) => V1.Administration.BindService(binder, provider.GetRequiredService<AdministrationService>()),
            (provider, binder) => V1.Discovery.BindService(binder, provider.GetRequiredService<DiscoveryService>()));
        var isMcpOpen = (checks.Find<DoorOptions>() ?? new()).IsMcpOpen(authentication);
        if (isMcpOpen)
        {
            builder.AddMcp(static provider => provider.GetRequiredService<V1.GetServerInfoResponse>().Version);
        }

        var page = checks.Find<PageOptions>()!;
        var isPageOpen = page.IsOpen(authentication.IsOn);
        if (isPageOpen)
        {
            builder.Services.AddCircuits(page);
        }

        builder.Services.AddSingleton<ServerCertificates>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<ServerCertificates>());
        builder.Services.AddHostedService<Startup>();
        builder.Services.AddSystemdUnit();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel((_, kestrel) => Listening.Configure(kestrel))
            .UseSockets(Listening.Configure);
        extend(builder.Services);

        var app = builder.Build();
        Map(app, isPageOpen);
        if (isPageOpen)
        {
            app.MapCircuits();
        }

        if (isMcpOpen)
        {
            app.MapMcpDoor();
        }

        return app;
    }

    private static void AddMesh(IServiceCollection services)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<MasterKeyRing>();
        services.AddSingleton(OpenStorage);
        services.AddSingleton(provider => provider.GetRequiredService<ServerStorage>().Users);
        services.AddSingleton(provider => provider.GetRequiredService<ServerStorage>().Records);
        services.AddSingleton(provider => provider.GetRequiredService<ServerStorage>().Audit);
        services.AddSingleton(provider => provider.GetRequiredService<ServerStorage>().Guard);
        services.AddSingleton(provider => provider.GetRequiredService<ServerStorage>().Encryption);
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<UserOptions>>().Value.Rule);
        services.AddSingleton(provider => new QuotaBook(provider.GetRequiredService<IOptions<QuotaOptions>>().Value.Quotas with
        {
            MaxStreams = provider.GetRequiredService<IOptions<StreamOptions>>().Value.MaxPerUser,
        }));
        services.AddSingleton(provider =>
        {
            // Made first and therefore disposed last, because meshes commit until they are closed.
            provider.GetRequiredService<AuditWriter>();
            return MakeMeshes(provider);
        });
        services.AddSingleton<MeshCalls>().AddSingleton<StreamCount>().AddSingleton<FeedStreams>()
            .AddSingleton<LineKeepers>().AddSingleton<ClaimLines>().AddSingleton<ClaimMethods>().AddSingleton<ToolCaller>()
            .AddSingleton<OutcomeCalls>().AddSingleton<SharedMethods>().AddSingleton<StoreOperations>();
    }

    // A data folder has one server, so that a name of the server tells nothing.
    private static string ChainOf(IServiceProvider provider) => provider.GetRequiredService<IOptions<AuditOptions>>().Value.Node
        ?? (provider.GetRequiredService<IUserStores>().IsShared
            ? $"{Environment.MachineName}:{PortOf(provider).ToString(CultureInfo.InvariantCulture)}"
            : "local");

    private static int PortOf(IServiceProvider provider) => provider.GetRequiredService<IOptions<ServerOptions>>().Value.GrpcPort;

    private static MeshRegistry MakeMeshes(IServiceProvider provider) => new(
            provider.GetRequiredService<IUserStores>(),
            provider.GetRequiredService<IOptions<MeshOptions>>().Value.Limits with
            {
                Log = provider.GetRequiredService<IOptions<LogOptions>>().Value.Limits,
                IsLogBoundByQuota = provider.GetRequiredService<IOptions<LogOptions>>().Value.MaxBytes is null,
                Feeds = provider.GetRequiredService<IOptions<StreamOptions>>().Value.Feeds,
            },
            provider.GetRequiredService<QuotaBook>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<MeshRegistry>>(),
            // Another node learns by this that the user was erased. After an import or a restore each caller of the user proves its
            // credential again.
            provider.GetRequiredService<Sessions>().End);

    private static ServerStorage OpenStorage(IServiceProvider provider) => ServerStorage.Open(
        provider.GetRequiredService<IOptions<StorageOptions>>().Value,
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<ILoggerFactory>(),
        provider.GetRequiredService<MasterKeyRing>().Key);

    private static void AddGrpc(IServiceCollection services)
    {
        // Singletons, or each call would make its own.
        services.AddSingleton<FaultInterceptor>().AddSingleton<CallerInterceptor>()
            .AddSingleton(provider => new AroundMethods(Interceptors.Select(type => (Interceptor)provider.GetRequiredService(type))));
        services.AddSingleton<ContextMeshService>().AddSingleton<ToolHandlerService>().AddSingleton<AdministrationService>()
            .AddSingleton<DiscoveryService>()
            .AddSingleton(ServerInfo.Make);
        services.AddOptions<GrpcServiceOptions>().Configure<IOptions<ConnectionOptions>>(
            (grpc, connections) =>
            {
                grpc.MaxReceiveMessageSize = connections.Value.MaxMessageBytes;
                grpc.CompressionProviders.Clear();
                grpc.CompressionProviders.Add(new BoundedGzip(connections.Value.MaxMessageBytes));
            });
        services.AddGrpc();
        // A question to reflection, or a health check, is a name.
        services.AddOptions<GrpcServiceOptions<ReflectionServiceImpl>>().Configure(
            grpc => grpc.MaxReceiveMessageSize = MaxNameMessageBytes);
        services.AddOptions<GrpcServiceOptions<ReflectionV1ServiceImpl>>().Configure(
            grpc => grpc.MaxReceiveMessageSize = MaxNameMessageBytes);
        services.ReplaceMethodBinding();
        services.AddSingleton(new ReflectionServiceImpl(Names(Described), Types(Described)));
        services.AddSingleton(new ReflectionV1ServiceImpl(Names(Described), Types(Described)));
        services.AddGrpcReflection();
        services.AddSingleton<StoreHealth>();
        services.AddGrpcHealthChecks(health =>
        {
            foreach (var service in Services)
            {
                health.Services.Map(service.FullName, _ => true);
            }
        }).AddCheck<StoreHealth>("store");
        services.AddOptions<HostOptions>().Configure<IOptions<ServerOptions>>(
            (host, server) => host.ShutdownTimeout = server.Value.DrainTimeout);
        services.AddHostFiltering(_ => { });
        services.RemoveHostFiltering();
        services.AddOptions<HostFilteringOptions>().Configure<IOptions<ServerOptions>>(
            (filter, server) => (filter.AllowedHosts, filter.AllowEmptyHosts) = ([.. server.Value.Hosts], false));
    }

    private static IEnumerable<string> Names(IEnumerable<Google.Protobuf.Reflection.ServiceDescriptor> services) =>
        services.Select(service => service.FullName);

    // With the types of errors' details, which no method names: without them a general tool shows the details as base64.
    private static SymbolRegistry Types(IEnumerable<Google.Protobuf.Reflection.ServiceDescriptor> services) => SymbolRegistry.FromFiles(
        services.Select(service => service.File)
            .Append(Google.Rpc.ErrorDetailsReflection.Descriptor).Append(Google.Rpc.StatusReflection.Descriptor));

    private static void Map(WebApplication app, bool isPageOpen)
    {
        var isHttpOpen = app.Services.GetRequiredService<IOptions<DoorOptions>>().Value.IsHttpOpen(
            app.Services.GetRequiredService<IOptions<CredentialOptions>>().Value);
        app.SkipAuthenticationMiddleware();
        app.Use(static (http, next) =>
        {
            if (http.Features.Get<OpenConnection>()?.Intake is not { } intake)
            {
                return next(http);
            }

            intake.Reached();
            return intake.IsProven ? next(http) : DecideAsync(http, next);
        });
        // Without TLS browsers speak HTTP/1.1 and gRPC clients HTTP/2, so that the guards against browsers cost gRPC calls nothing. With
        // TLS browsers speak HTTP/2 as well. The certificate then keeps them from reaching the server by a name of another site.
        app.UseWhen(context => IsHttp1(context) && !IsForProbes(context), http => http.UseHostFiltering());
        app.UseWhen(context => IsHttp1(context) || context.Request.IsHttps, http =>
        {
            http.UseMiddleware<BrowserGuard>();
            if (isHttpOpen)
            {
                http.Use(app.Services.GetRequiredService<HttpDoor>().ServeAsync);
                http.UseReferencePage();
            }

            if (isPageOpen)
            {
                http.UsePage();
            }

            http.Use(AnswerUnbuffered);
            http.UseGrpcWeb(new GrpcWebOptions { DefaultEnabled = true });
        });
        var gate = app.Services.GetRequiredService<CallGate>();
        Guard(app.MapGrpcService<ContextMeshService>(), Realm.Owner);
        Guard(app.MapGrpcService<ToolHandlerService>(), Realm.Agent);
        Guard(app.MapGrpcService<AdministrationService>(), Realm.Operator);
        Guard(app.MapGrpcService<DiscoveryService>(), Realm.Description);
        Guard(app.MapGrpcReflectionService(), Realm.Description);
        Guard(app.MapGrpcHealthChecksService(), Realm.Open);
        app.MapHealthChecks(HealthPath);
        app.MapTelemetry(app.Services.GetRequiredService<IOptions<TelemetryOptions>>().Value);

        void Guard(IEndpointConventionBuilder service, Realm realm) => service.WithMetadata(realm).Add(gate.Guard);
    }

    // A call of an unproven connection.
    private static async Task DecideAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        finally
        {
            OpenConnections.Of(http).EndCall(http.Features.Get<IHttp2StreamIdFeature>()?.StreamId ?? 0);
        }
    }

    // A proxy such as nginx would hold a stream back until its buffer is full.
    private static Task AnswerUnbuffered(HttpContext context, RequestDelegate next)
    {
        context.Response.Headers["X-Accel-Buffering"] = "no";
        return next(context);
    }

    // Probes and scrapers name the server by an address that no setting knows. The pages show nothing that a page in a browser could use.
    private static bool IsForProbes(HttpContext context) =>
        context.Request.Path == HealthPath || context.Request.Path == TelemetrySetup.Path;

    private static bool IsHttp1(HttpContext context) =>
        HttpProtocol.IsHttp11(context.Request.Protocol) || HttpProtocol.IsHttp10(context.Request.Protocol);
}
