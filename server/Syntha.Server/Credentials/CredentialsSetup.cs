using Microsoft.AspNetCore.Authentication;

namespace Syntha.Server.Credentials;

/// <summary>Registers who can prove what: API keys always, tokens of the issuers that are configured.</summary>
internal static class CredentialsSetup
{
    /// <summary>Looks at a credential and hands it on to the one scheme that it belongs to.</summary>
    public const string Scheme = "Credentials";

    public static void AddCredentials(this IServiceCollection services, CredentialOptions options)
    {
        services.AddSingleton<KeyRing>();
        if (!options.IsOn)
        {
            return;
        }
        // Without a default: the middleware that the host adds by itself would authenticate each call anew, where Admission does so once for a
        // connection. That took as long as half of a small read.
        services.AddAuthentication()
            .AddPolicyScheme(Scheme, null, policy => policy.ForwardDefaultSelector = context =>
                BearerToken.TryRead(context.Request, out var token) && !token.StartsWith(ApiKeyText.Prefix, StringComparison.Ordinal)
                    ? JwtSchemes.SchemeFor(token, options)
                    : ApiKeyHandler.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null)
            .AddIssuers(options);
    }
}
