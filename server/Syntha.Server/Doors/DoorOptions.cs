using Syntha.Server.Credentials;

namespace Syntha.Server.Doors;

/// <summary>Which doors are open besides gRPC and gRPC-Web, which are always open. Section <c>Doors</c>.</summary>
public sealed record DoorOptions
{
    public const string Section = "Doors";

    /// <summary>
    /// Whether the port for HTTP/1.1 serves HTTP and JSON under <c>/v1</c>, and their description under <c>/openapi/v1.json</c>. Default:
    /// true without authentication, where the server listens on loopback only; false with authentication.
    /// </summary>
    public bool? Http { get; init; }

    /// <summary>
    /// Whether the port for HTTP/1.1 serves the Model Context Protocol under <c>/mcp</c>. Default: true without authentication, where the
    /// server listens on loopback only; false with authentication.
    /// </summary>
    public bool? Mcp { get; init; }

    internal bool IsHttpOpen(CredentialOptions authentication) => Http ?? !authentication.IsOn;

    internal bool IsMcpOpen(CredentialOptions authentication) => Mcp ?? !authentication.IsOn;

    /// <summary>The names of the open doors, for the log.</summary>
    internal IEnumerable<string> Open(CredentialOptions authentication)
    {
        yield return "gRPC";
        yield return "gRPC-Web";
        if (IsHttpOpen(authentication))
        {
            yield return "HTTP and JSON under /v1";
        }

        if (IsMcpOpen(authentication))
        {
            yield return "MCP at /mcp";
        }
    }
}
