using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Syntha.Benchmarks.Baselines;

/// <summary>
/// gRPC on Kestrel without our code: no interceptor, no logging, and default limits, except that a connection may have as many streams as
/// on our server. It runs in a process of its own (<c>Syntha.Benchmarks bare-server port</c>), as our server does.
/// </summary>
internal static class BareServer
{
    public const string Command = "bare-server";

    /// <summary>Serves until the process is asked to end.</summary>
    public static Task RunAsync(int port)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.Http2.MaxStreamsPerConnection = 10_000;
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddSingleton<BareBell>();
        builder.Services.AddGrpc();
        var app = builder.Build();
        app.MapGrpcService<BareService>();
        return app.RunAsync();
    }
}
