namespace Syntha.Page.Operation;

/// <summary>What is said of API keys.</summary>
internal static class KeyWording
{
    /// <summary>The scopes that a key can have.</summary>
    public static IReadOnlyList<KeyScope> Scopes { get; } = [KeyScope.User, KeyScope.Agent, KeyScope.Operator];

    public static string Of(KeyScope scope) => scope switch
    {
        KeyScope.User => "user",
        KeyScope.Agent => "agent",
        KeyScope.Operator => "operator",
        _ => scope.ToString(),
    };

    public static string Of(PredefinedRole role) => role switch
    {
        PredefinedRole.Unspecified => "none",
        PredefinedRole.Readonly => "readonly",
        PredefinedRole.Contributor => "contributor",
        PredefinedRole.Moderator => "moderator",
        PredefinedRole.Admin => "admin",
        _ => role.ToString(),
    };

    /// <summary>Whether a key opens something now, and why not.</summary>
    public static string State(ApiKey key, DateTimeOffset now) =>
        key.RevokeTime is not null ? "revoked" : key.ExpireTime is { } end && end.ToDateTimeOffset() <= now ? "expired" : "valid";
}
