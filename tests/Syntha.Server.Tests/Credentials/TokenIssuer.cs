using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Syntha.Server.Tests.Credentials;

/// <summary>An issuer of tokens with its own key. It publishes its keys as a file or over HTTP.</summary>
internal sealed class TokenIssuer(string name) : IAsyncDisposable
{
    private readonly RSA rsa = RSA.Create(2048);
    private readonly string keysFile = Path.GetTempFileName();
    private WebApplication? site;

    public string Name => name;

    public RsaSecurityKey Key => new(rsa) { KeyId = $"key of {name}" };

    public string Keys
    {
        get
        {
            var parameters = rsa.ExportParameters(includePrivateParameters: false);
            return JsonSerializer.Serialize(new
            {
                keys = new[]
                {
                    new
                    {
                        kty = "RSA", use = "sig", kid = Key.KeyId, n = Base64UrlEncoder.Encode(parameters.Modulus),
                        e = Base64UrlEncoder.Encode(parameters.Exponent),
                    },
                },
            });
        }
    }

    /// <summary>The public key as text. A careless server would take it for a shared secret.</summary>
    public byte[] PublicKey => System.Text.Encoding.ASCII.GetBytes(rsa.ExportSubjectPublicKeyInfoPem());

    public string WriteKeys()
    {
        File.WriteAllText(keysFile, Keys);
        return keysFile;
    }

    /// <summary>Publishes the keys in the OpenID Connect form.</summary>
    /// <returns>The address of the description.</returns>
    public async Task<string> PublishAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=None"]);
        site = builder.Build();
        var address = "";
        site.MapGet("/.well-known/openid-configuration", () => Results(new { issuer = name, jwks_uri = $"{address}/keys" }));
        site.MapGet("/keys", () => Microsoft.AspNetCore.Http.Results.Text(Keys, "application/json"));
        await site.StartAsync();
        address =
            ((Microsoft.AspNetCore.Builder.IApplicationBuilder)site).ServerFeatures.Get<IServerAddressesFeature>()!.Addresses.Single();
        return $"{address}/.well-known/openid-configuration";
    }

    /// <summary>A valid token, except for the changes that the arguments ask for.</summary>
    public string Issue(string subject, string audience = "syntha", Action<SecurityTokenDescriptor>? change = null)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var descriptor = new SecurityTokenDescriptor
        {
            Issuer = name,
            Audience = audience,
            Claims = new Dictionary<string, object> { ["sub"] = subject },
            IssuedAt = now,
            NotBefore = now,
            Expires = now.AddMinutes(5),
            SigningCredentials = new(Key, SecurityAlgorithms.RsaSha256),
        };
        change?.Invoke(descriptor);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(descriptor);
    }

    public async ValueTask DisposeAsync()
    {
        if (site is not null)
        {
            await site.DisposeAsync();
        }

        rsa.Dispose();
        File.Delete(keysFile);
    }

    private static Microsoft.AspNetCore.Http.IResult Results(object body) => Microsoft.AspNetCore.Http.Results.Json(body);
}
