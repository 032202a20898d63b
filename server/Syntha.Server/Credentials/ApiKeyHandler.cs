using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Syntha.Server.Credentials;

/// <summary>Authenticates by the API key in <c>authorization: Bearer …</c>.</summary>
internal sealed class ApiKeyHandler(
    KeyRing keys, TimeProvider time, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "ApiKey";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!BearerToken.TryRead(Request, out var token) || !ApiKeyText.TryParse(token, out var text))
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        var credential = keys.Find(text);
        return Task.FromResult(credential is null || credential.IsEnded(time)
            ? AuthenticateResult.Fail("The key does not exist, or it has expired or was revoked.")
            : AuthenticateResult.Success(new(new ClaimsPrincipal(new CredentialIdentity(credential, SchemeName)), SchemeName)));
    }
}
