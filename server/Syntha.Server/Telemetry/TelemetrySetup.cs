using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Syntha.Mesh.Serving;

namespace Syntha.Server.Telemetry;

/// <summary>Metrics for Prometheus, and traces where somebody collects them.</summary>
internal static class TelemetrySetup
{
    public static void AddTelemetry(this IServiceCollection services, TelemetryOptions options)
    {
        services.AddSingleton<ServerMeter>();
        if (options.Metrics)
        {
            // Without Kestrel's own meter: it takes about a quarter of the processor's time of a small call.
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
            app.MapPrometheusScrapingEndpoint("/metrics");
        }
    }
}
