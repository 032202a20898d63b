using System.Net;

namespace Syntha.Server.Credentials;

/// <summary>One issuer of JSON Web Tokens. An entry of <c>Authentication:Jwt</c>.</summary>
public sealed record JwtIssuerOptions
{
    private static readonly HashSet<string> KnownAlgorithms = new(StringComparer.Ordinal)
    {
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
    };

    /// <summary>The issuer, exactly as tokens name it in <c>iss</c>.</summary>
    public string Issuer { get; init; } = "";

    /// <summary>What tokens must name in <c>aud</c>, one of these.</summary>
    public string[] Audiences { get; init; } = [];

    /// <summary>
    /// Where the issuer describes itself, with its keys: <c>https://…/.well-known/openid-configuration</c>. They are fetched when first
    /// needed and again when a token names a key that is not known. This or <see cref="JwksFile"/>.
    /// </summary>
    public string? MetadataAddress { get; init; }

    /// <summary>A file with the issuer's keys as a JSON Web Key Set, read at start. This or <see cref="MetadataAddress"/>.</summary>
    public string? JwksFile { get; init; }

    /// <summary>Signatures that are accepted, by public keys only: RS, PS or ES with 256, 384 or 512. Default: RS256, PS256 and ES256.</summary>
    public string[] Algorithms { get; init; } = [];

    /// <summary>By how many seconds the issuer's clock may differ from this server's. Default: 30; at most 300.</summary>
    public int ClockSkewSeconds { get; init; } = 30;

    /// <summary>The claim whose value is the user id, after <see cref="UserPrefix"/>. Default: <c>sub</c>.</summary>
    public string UserClaim { get; init; } = "sub";

    /// <summary>What the claim's value is put behind, such as <c>corp|</c>. Needed where there are several issuers. Default: nothing.</summary>
    public string UserPrefix { get; init; } = "";

    /// <summary>
    /// The claim whose value, in a token that has it, limits the token to the agent of that name. Null: tokens are users'. Default: null.
    /// </summary>
    public string? AgentClaim { get; init; }

    internal IReadOnlyList<string> AcceptedAlgorithms => Algorithms is { Length: > 0 } ? Algorithms : ["RS256", "PS256", "ES256"];

    internal bool IsMetadataLocal =>
        Uri.TryCreate(MetadataAddress, UriKind.Absolute, out var uri) && IPAddress.TryParse(uri.Host, out var address) && IPAddress.IsLoopback(address);

    internal IEnumerable<string> Faults(string at)
    {
        if (Issuer.Length == 0)
        {
            yield return $"{at}:{nameof(Issuer)} is missing; set it to what tokens name in `iss`.";
        }

        if (Audiences.Length == 0)
        {
            yield return $"{at}:{nameof(Audiences)} is missing; set it to what tokens for this server name in `aud`.";
        }

        if ((MetadataAddress is null) == (JwksFile is null))
        {
            yield return $"{at} needs either {nameof(MetadataAddress)} or {nameof(JwksFile)}, for the keys of the issuer.";
        }

        if (MetadataAddress is not null && !(Uri.TryCreate(MetadataAddress, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || IsMetadataLocal)))
        {
            yield return $"{at}:{nameof(MetadataAddress)} is '{MetadataAddress}', which is no address with https; whoever can change what it says can make tokens.";
        }

        if (JwksFile is not null && !File.Exists(JwksFile))
        {
            yield return $"{at}:{nameof(JwksFile)} is '{JwksFile}', where there is no file.";
        }

        foreach (var algorithm in Algorithms.Where(name => !KnownAlgorithms.Contains(name)))
        {
            yield return $"{at}:{nameof(Algorithms)} has '{algorithm}'; use some of {string.Join(", ", KnownAlgorithms.Order(StringComparer.Ordinal))}.";
        }

        if (ClockSkewSeconds is < 0 or > 300)
        {
            yield return $"{at}:{nameof(ClockSkewSeconds)} is {ClockSkewSeconds}; use 0 to 300.";
        }

        if (UserClaim.Length == 0)
        {
            yield return $"{at}:{nameof(UserClaim)} is empty; leave it out for `sub`.";
        }
    }
}
