using System.ComponentModel.DataAnnotations;
using System.Net;
using Syntha.Server.Credentials;

namespace Syntha.Server.Hosting;

/// <summary>Where the server listens and how it stops. Section <c>Server</c>.</summary>
public sealed record ServerOptions
{
    public const string Section = "Server";

    /// <summary>The address of both ports. Without authentication it must be a loopback address. Default: 127.0.0.1.</summary>
    [Required(ErrorMessage = "use 127.0.0.1 or ::1.")]
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>The port for gRPC (HTTP/2). 0: a free port, which the log names. Default: 50051.</summary>
    [Range(0, 65535)]
    public int GrpcPort { get; init; } = 50051;

    /// <summary>The port for HTTP/1.1: health and gRPC-Web. 0: a free port, which the log names. Default: 8080.</summary>
    [Range(0, 65535)]
    public int HttpPort { get; init; } = 8080;

    /// <summary>The server's certificate. Without one neither port uses TLS. Default: none.</summary>
    public CertificateOptions? Certificate { get; init; }

    /// <summary>How long running calls may go on when the server stops. Default: 30 seconds; from 0 to 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The host names by which callers may address the HTTP/1.1 port. They keep a page in a browser from reaching the server through a name
    /// of its own. Default: localhost, 127.0.0.1 and [::1].
    /// </summary>
    public string[] AllowedHosts { get; init; } = [];

    /// <summary>
    /// The origins of pages that may call this server through a proxy, such as <c>https://app.example</c>: scheme, host, and a port that is
    /// not the usual one. A page that the server's own name and port brought needs no entry. Default: none.
    /// </summary>
    public string[] AllowedOrigins { get; init; } = [];

    internal bool IsLoopback => IPAddress.TryParse(Address, out var address) && IPAddress.IsLoopback(address);

    internal IReadOnlyList<string> Hosts => AllowedHosts is { Length: > 0 } ? AllowedHosts : ["localhost", "127.0.0.1", "[::1]"];

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Host.Length > 0
        && uri.GetLeftPart(UriPartial.Authority).Equals(text, StringComparison.OrdinalIgnoreCase);

    /// <param name="needsCredentials">Whether calls need credentials.</param>
    internal IEnumerable<string> Faults(bool needsCredentials)
    {
        if (!IPAddress.TryParse(Address, out var address))
        {
            yield return $"{Section}:{nameof(Address)} is '{Address}', which is no IP address; use 127.0.0.1 or ::1.";
        }
        else if (!needsCredentials && !IPAddress.IsLoopback(address))
        {
            yield return $"{Section}:{nameof(Address)} is '{Address}', but without authentication the server listens on loopback only; " +
                $"use 127.0.0.1 or ::1, or configure {CredentialOptions.Section}.";
        }
        foreach (var fault in Certificate?.Faults($"{Section}:{nameof(Certificate)}") ?? [])
        {
            yield return fault;
        }

        foreach (var origin in AllowedOrigins.Where(origin => !IsOrigin(origin)))
        {
            yield return $"{Section}:{nameof(AllowedOrigins)} has '{origin}', which is no origin; use a scheme and a host, " +
                "such as https://app.example, without a path.";
        }

        if (GrpcPort != 0 && GrpcPort == HttpPort)
        {
            yield return $"{Section}:{nameof(GrpcPort)} and {Section}:{nameof(HttpPort)} are both {GrpcPort}; " +
                "give each protocol a port of its own.";
        }
    }
}
