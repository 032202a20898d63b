using System.Diagnostics.CodeAnalysis;

namespace Syntha.Server.Credentials;

/// <summary>The text after <c>authorization: Bearer</c>.</summary>
internal static class BearerToken
{
    private const string Scheme = "Bearer ";

    /// <summary>Reads the token. False: the request has none, or more than one.</summary>
    public static bool TryRead(HttpRequest request, [NotNullWhen(true)] out string? token)
    {
        var values = request.Headers.Authorization;
        token = values.Count == 1 && values[0] is { } header && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? header[Scheme.Length..].Trim()
            : null;
        return token is { Length: > 0 };
    }
}
