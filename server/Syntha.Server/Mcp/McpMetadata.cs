using Microsoft.Extensions.Options;
using Syntha.Server.Credentials;

namespace Syntha.Server.Mcp;

/// <summary>
/// Tells clients where they get a token (RFC 9728). The page exists where issuers of tokens are configured, and shows nothing but their
/// names, which every token has.
/// </summary>
internal sealed class McpMetadata(IOptions<CredentialOptions> credentials)
{
    /// <summary>The path of the page, as RFC 9728 makes it of the path of the door.</summary>
    public const string Path = "/.well-known/oauth-protected-resource" + McpSetup.Path;

    private readonly string[] issuers = [.. credentials.Value.Jwt.Select(issuer => issuer.Issuer)];

    public bool IsOn => issuers.Length > 0;

    /// <summary>The value of <c>WWW-Authenticate</c> for a request without a valid credential.</summary>
    public string Challenge(HttpContext http) => IsOn ? $"Bearer resource_metadata=\"{Root(http)}{Path}\"" : "Bearer";

    public IResult Page(HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(new Dictionary<string, object>
        {
            ["resource"] = Root(http) + McpSetup.Path,
            ["authorization_servers"] = issuers,
            ["bearer_methods_supported"] = (string[])["header"],
            ["resource_name"] = "Syntha",
        });
    }

    // The host was checked before, so that no caller can put another server into the answer.
    private static string Root(HttpContext http) => $"{http.Request.Scheme}://{http.Request.Host}";
}
