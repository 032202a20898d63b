using Microsoft.AspNetCore.Authentication;

namespace Syntha.Server.Credentials;

/// <summary>
/// Registers the room Credentials, which proves who calls and uses only the storage: API keys always, and tokens of the configured issuers.
/// </summary>
internal static class CredentialsSetup
{
    /// <summary>The scheme that hands a credential on to the one scheme which can prove it.</summary>
    public const string Scheme = "Credentials";

    public static void AddCredentials(this IServiceCollection services, CredentialOptions options)
    {
        services.AddSingleton<KeyRing>().AddSingleton<Erasures>();
        if (!options.IsOn)
        {
            return;
        }
        // There is no default scheme. With one, the host's own middleware would authenticate each call, and Admission does so once for a
        // connection. The middleware took as long as half of a small read.
        services.AddAuthentication()
            .AddPolicyScheme(Scheme, null, policy => policy.ForwardDefaultSelector = context =>
                BearerToken.TryRead(context.Request, out var token) && !token.StartsWith(ApiKeyText.Prefix, StringComparison.Ordinal)
                    ? JwtSchemes.SchemeFor(token, options)
                    : ApiKeyHandler.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null)
            .AddIssuers(options);
    }
}
