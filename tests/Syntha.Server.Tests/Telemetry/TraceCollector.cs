using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Syntha.Server.Tests.Telemetry;

/// <summary>Receives OTLP's trace calls over gRPC and answers them as a collector does. It keeps the received messages unchanged.</summary>
internal sealed class TraceCollector : IAsyncDisposable
{
    private readonly WebApplication site;

    private TraceCollector(WebApplication site) => this.site = site;

    public ConcurrentQueue<byte[]> Exports { get; } = new();

    public string Address => ((IApplicationBuilder)site).ServerFeatures.Get<IServerAddressesFeature>()!.Addresses.Single();

    public static async Task<TraceCollector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(["--Logging:LogLevel:Default=None"]);
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var collector = new TraceCollector(builder.Build());
        collector.site.MapPost("/opentelemetry.proto.collector.trace.v1.TraceService/Export", collector.ExportAsync);
        await collector.site.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => site.DisposeAsync();

    private async Task ExportAsync(HttpContext call)
    {
        using var body = new MemoryStream();
        await call.Request.Body.CopyToAsync(body);
        Exports.Enqueue(body.ToArray());
        call.Response.ContentType = "application/grpc";
        // An empty message in its frame.
        await call.Response.Body.WriteAsync(new byte[5]);
        call.Response.AppendTrailer("grpc-status", "0");
    }
}
