using System.ComponentModel.DataAnnotations;
using System.Net;
using Syntha.Server.Configuration;

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

    /// <summary>Names of this server. A token must name one of them in <c>aud</c>.</summary>
    public string[] Audiences { get; init; } = [];

    /// <summary>
    /// The address where the issuer publishes its keys: <c>https://…/.well-known/openid-configuration</c>. The server fetches them when it
    /// first needs them, and again when a token names an unknown key. Set this or <see cref="JwksFile"/>.
    /// </summary>
    public string? MetadataAddress { get; init; }

    /// <summary>
    /// A file with the issuer's keys as a JSON Web Key Set, read at the start. Set this or <see cref="MetadataAddress"/>.
    /// </summary>
    public string? JwksFile { get; init; }

    /// <summary>
    /// The signature algorithms that are accepted. Only those with public keys exist here: RS, PS or ES with 256, 384 or 512. Default:
    /// RS256, PS256 and ES256.
    /// </summary>
    public string[] Algorithms { get; init; } = [];

    /// <summary>How far the issuer's clock may differ from this server's. Default: 30 seconds; at most 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The claim with the user id. <see cref="UserPrefix"/> is put before its value. Default: <c>sub</c>.</summary>
    public string UserClaim { get; init; } = "sub";

    /// <summary>
    /// A text before the claim's value, such as <c>corp|</c>. It is needed when there are several issuers. Default: none.
    /// </summary>
    public string UserPrefix { get; init; } = "";

    /// <summary>
    /// The claim with the name of an agent. A token that has the claim is limited to that agent. Null: every token is a user's. Default:
    /// null.
    /// </summary>
    public string? AgentClaim { get; init; }

    internal IReadOnlyList<string> AcceptedAlgorithms => Algorithms is { Length: > 0 } ? Algorithms : ["RS256", "PS256", "ES256"];

    internal bool IsMetadataLocal =>
        Uri.TryCreate(MetadataAddress, UriKind.Absolute, out var uri) && IPAddress.TryParse(uri.Host, out var address)
        && IPAddress.IsLoopback(address);

    private bool IsMetadataSafe =>
        IsMetadataLocal || (Uri.TryCreate(MetadataAddress, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps);

    internal IEnumerable<string> Faults(string at)
    {
        foreach (var fault in CheckedOptions.FaultsIn(this, at))
        {
            yield return fault;
        }

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

        if (MetadataAddress is not null && !IsMetadataSafe)
        {
            yield return $"{at}:{nameof(MetadataAddress)} is '{MetadataAddress}', which is no address with https; " +
                "without https an attacker on the way could put in keys and make tokens.";
        }

        if (JwksFile is not null && !File.Exists(JwksFile))
        {
            yield return $"{at}:{nameof(JwksFile)} is '{JwksFile}', where there is no file.";
        }

        foreach (var algorithm in Algorithms.Where(name => !KnownAlgorithms.Contains(name)))
        {
            var known = string.Join(", ", KnownAlgorithms.Order(StringComparer.Ordinal));
            yield return $"{at}:{nameof(Algorithms)} has '{algorithm}'; use some of {known}.";
        }

        if (UserClaim.Length == 0)
        {
            yield return $"{at}:{nameof(UserClaim)} is empty; leave it out for `sub`.";
        }
    }
}
