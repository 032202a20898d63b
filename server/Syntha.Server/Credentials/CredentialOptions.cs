namespace Syntha.Server.Credentials;

/// <summary>
/// Which credentials the server accepts. With any of these options each call needs a credential, and the server may listen beyond loopback.
/// Section <c>Authentication</c>.
/// </summary>
public sealed record CredentialOptions
{
    public const string Section = "Authentication";

    /// <summary>
    /// The SHA-256, in hexadecimal, of an operator's first API key. With this key an operator makes others. <c>syntha keys generate</c>
    /// prints both. The key is valid as long as its hash is here. Default: none.
    /// </summary>
    public string? OperatorKeySha256 { get; init; }

    /// <summary>Issuers whose JSON Web Tokens are accepted, besides API keys. Default: none.</summary>
    public JwtIssuerOptions[] Jwt { get; init; } = [];

    /// <summary>Whether calls need credentials.</summary>
    internal bool IsOn => OperatorKeySha256 is not null || Jwt.Length > 0;

    internal byte[]? OperatorKeyHash => OperatorKeySha256 is { } hash ? Convert.FromHexString(hash) : null;

    internal IEnumerable<string> Faults()
    {
        if (OperatorKeySha256 is { } hash && (hash.Length != 2 * ApiKeyText.HashBytes || !hash.All(char.IsAsciiHexDigit)))
        {
            yield return $"{Section}:{nameof(OperatorKeySha256)} is no SHA-256: it takes 64 hexadecimal digits, such as " +
                "`syntha keys generate` prints. The key itself must not be in the configuration.";
        }
        foreach (var fault in Jwt.SelectMany((issuer, n) => issuer.Faults($"{Section}:{nameof(Jwt)}:{n}")))
        {
            yield return fault;
        }
        // Otherwise `alice` of one issuer would be the same user as `alice` of another.
        var prefixes = Jwt.Select(issuer => issuer.UserPrefix).Order(StringComparer.Ordinal).ToList();
        if (prefixes.Zip(prefixes.Skip(1)).Any(pair => pair.Second.StartsWith(pair.First, StringComparison.Ordinal)))
        {
            yield return $"{Section}:{nameof(Jwt)} has several issuers: give each a {nameof(JwtIssuerOptions.UserPrefix)} of its own, " +
                "none of which begins with another, so that the same subject of two issuers is two users.";
        }
        if (Jwt.Select(issuer => issuer.Issuer).Distinct(StringComparer.Ordinal).Count() != Jwt.Length)
        {
            yield return $"{Section}:{nameof(Jwt)} names an issuer twice.";
        }
    }
}
