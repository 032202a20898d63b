using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Syntha.Mesh.Serving;

namespace Syntha.Server.Telemetry;

/// <summary>
/// Registers the room Telemetry, which measures the other rooms and is used by none but Hosting: metrics for Prometheus, and traces when a
/// collector is configured.
/// </summary>
internal static class TelemetrySetup
{
    /// <summary>Where Prometheus finds the metrics.</summary>
    public const string Path = "/metrics";

    public static void AddTelemetry(this IServiceCollection services, TelemetryOptions options)
    {
        services.AddSingleton<ServerMeter>();
        if (options.Metrics)
        {
            // Without Kestrel's own meter, which takes about a quarter of the processor time of a small call.
            services.AddOpenTelemetry().WithMetrics(metrics => metrics
                .AddMeter("Microsoft.AspNetCore.Hosting", ServerMeter.Name, MeshMeter.Name)
                .AddPrometheusExporter());
        }
        if (options.OtlpEndpoint is { } collector)
        {
            services.AddOpenTelemetry().WithTracing(traces => traces
                .AddAspNetCoreInstrumentation(instrumentation => instrumentation.RecordException = false)
                .AddOtlpExporter(exporter => exporter.Endpoint = collector));
        }
    }

    public static void MapTelemetry(this WebApplication app, TelemetryOptions options)
    {
        app.Services.GetRequiredService<ServerMeter>();
        if (options.Metrics)
        {
            app.MapPrometheusScrapingEndpoint(Path);
        }
    }
}
