using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Syntha.Mesh.Stores;

namespace Syntha.Server.Credentials;

/// <summary>
/// Authenticates by JSON Web Tokens, with one handler of ASP.NET Core for each issuer. A token goes only to the handler of the issuer that
/// it names.
/// </summary>
internal static class JwtSchemes
{
    private const string UnknownIssuer = ApiKeyHandler.SchemeName;

    public static void AddIssuers(this AuthenticationBuilder builder, CredentialOptions options)
    {
        for (var n = 0; n < options.Jwt.Length; n++)
        {
            var issuer = options.Jwt[n];
            builder.AddJwtBearer(NameOf(n), bearer => Configure(bearer, issuer, NameOf(n)));
        }
    }

    /// <summary>
    /// The scheme for a token, by the issuer that it names. The name is not proved yet. A token of an unknown issuer goes to a scheme that
    /// refuses it.
    /// </summary>
    public static string SchemeFor(string token, CredentialOptions options)
    {
        try
        {
            var n = Array.FindIndex(options.Jwt, issuer => issuer.Issuer == new JsonWebToken(token).Issuer);
            return n < 0 ? UnknownIssuer : NameOf(n);
        }
        catch (ArgumentException)
        {
            return UnknownIssuer;
        }
    }

    private static string NameOf(int n) => $"Jwt{n}";

    private static void Configure(JwtBearerOptions bearer, JwtIssuerOptions issuer, string scheme)
    {
        bearer.MapInboundClaims = false;
        bearer.SaveToken = false;
        bearer.TokenValidationParameters = new()
        {
            ValidIssuer = issuer.Issuer,
            ValidAudiences = issuer.Audiences,
            ValidAlgorithms = issuer.AcceptedAlgorithms,
            ClockSkew = issuer.ClockSkew,
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            ValidateIssuerSigningKey = true,
            // A token that names a key is verified with that key only.
            TryAllIssuerSigningKeys = false,
        };
        if (issuer.JwksFile is { } file)
        {
            bearer.TokenValidationParameters.IssuerSigningKeys = new JsonWebKeySet(File.ReadAllText(file)).GetSigningKeys();
        }
        else
        {
            (bearer.MetadataAddress, bearer.RequireHttpsMetadata) = (issuer.MetadataAddress!, !issuer.IsMetadataLocal);
        }

        bearer.Events = new() { OnTokenValidated = context => Accept(context, issuer, scheme) };
    }

    private static Task Accept(TokenValidatedContext context, JwtIssuerOptions issuer, string scheme)
    {
        try
        {
            var token = (JsonWebToken)context.SecurityToken;
            // The difference of the clocks counts for the end of streams as it does for calls.
            var expiresAt = new DateTimeOffset(token.ValidTo, TimeSpan.Zero) + issuer.ClockSkew;
            var rule = context.HttpContext.RequestServices.GetRequiredService<UserIdRule>();
            var user = rule.Parse(issuer.UserPrefix + Text(token, issuer.UserClaim));
            var agent = issuer.AgentClaim is { } claim && token.TryGetClaim(claim, out _)
                ? AgentName.Parse(Text(token, claim))
                : (AgentName?)null;
            var right = StoreRight.OfToken(IssuedAt(token, issuer, context.HttpContext), expiresAt);
            var credential = new Credential($"{issuer.Issuer} {token.Subject}", user, agent, role: null, expiresAt, right);
            context.Principal = new(new CredentialIdentity(credential, scheme));
        }
        catch (MeshException unfit)
        {
            context.Fail(unfit);
        }
        return Task.CompletedTask;
    }

    // The earliest moment, by this server's clock: the issuer's clock may be ahead, and most issuers cut the moment to a second. A token
    // that does not say when it was issued may be from any time, so the erase of its user ends it for good.
    private static DateTimeOffset IssuedAt(JsonWebToken token, JwtIssuerOptions issuer, HttpContext http)
    {
        if (token.IssuedAt == DateTime.MinValue)
        {
            return DateTimeOffset.UnixEpoch;
        }

        var issuedAt = new DateTimeOffset(token.IssuedAt, TimeSpan.Zero) - issuer.ClockSkew;
        return issuedAt <= http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow()
            ? issuedAt
            : throw new MeshException(ErrorReason.CredentialsInvalid, "The token was issued in the future.");
    }

    // The claim must be one text. A list would leave open which of its texts counts.
    private static string Text(JsonWebToken token, string claim) =>
        token.TryGetPayloadValue<object>(claim, out var value) && value is string { Length: > 0 } text
            ? text
            : throw new MeshException(ErrorReason.CredentialsInvalid, $"The claim {claim} of the token is not a single text.");
}
