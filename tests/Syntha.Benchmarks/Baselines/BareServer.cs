using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Server;

namespace Syntha.Benchmarks.Baselines;

/// <summary>
/// gRPC, HTTP and MCP on Kestrel without our code: no interceptor, no logging, and default limits, except that a connection may have as
/// many streams as on our server. It runs in a process of its own (<c>Syntha.Benchmarks bare-server port port</c>), as our server does.
/// </summary>
internal static class BareServer
{
    public const string Command = "bare-server";

    /// <summary>Answers the bytes that <see cref="HttpAnswer"/> has.</summary>
    public const string HttpPath = "/bytes";

    /// <summary>The tool of the server's MCP, which answers its argument <c>text</c>.</summary>
    public const string EchoTool = "echo";

    /// <summary>The answer over HTTP: as long as the value of every measurement.</summary>
    public static readonly string HttpAnswer = BenchmarkValue.Json;

    /// <summary>Serves until the process is asked to end.</summary>
    public static Task RunAsync(int grpcPort, int httpPort)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.Http2.MaxStreamsPerConnection = 10_000;
            kestrel.Listen(IPAddress.Loopback, grpcPort, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, httpPort, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddSingleton<BareBell>();
        builder.Services.AddGrpc();
        builder.Services.AddMcpServer().WithHttpTransport(transport => transport.SessionMode = HttpServerSessionMode.Stateless)
            .WithTools([McpServerTool.Create((string text) => text, new() { Name = EchoTool })]);
        var app = builder.Build();
        app.MapGrpcService<BareService>();
        app.MapGet(HttpPath, () => TypedResults.Text(HttpAnswer, "application/json"));
        app.MapMcp("/mcp");
        return app.RunAsync();
    }
}
