namespace Syntha.Server.Telemetry;

/// <summary>What the server tells of itself. Never keys, values or users. Section <c>Telemetry</c>.</summary>
public sealed record TelemetryOptions
{
    public const string Section = "Telemetry";

    /// <summary>Whether <c>/metrics</c> is served, for Prometheus, to whoever asks. Default: true.</summary>
    public bool Metrics { get; init; } = true;

    /// <summary>Where traces are sent, by OTLP over gRPC, such as <c>http://127.0.0.1:4317</c>. Default: nowhere.</summary>
    public Uri? OtlpEndpoint { get; init; }
}
