namespace Syntha.Client;

/// <summary>Reads a server's address: a URL, or <c>host:port</c>, which stands for <c>http://host:port</c>.</summary>
internal static class ServerAddress
{
    private const string SchemeMark = "://";

    /// <returns>The URL, or <see langword="null"/> when the text is no address of a server.</returns>
    internal static Uri? Find(string? text)
    {
        if (text is null || (!text.Contains(SchemeMark, StringComparison.Ordinal) && !HasPort(text)))
        {
            return null;
        }

        var url = text.Contains(SchemeMark, StringComparison.Ordinal) ? text : $"{Uri.UriSchemeHttp}{SchemeMark}{text}";
        return Uri.TryCreate(url, UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            && address.PathAndQuery == "/" && address.Fragment.Length == 0 && address.UserInfo.Length == 0
            ? address
            : null;
    }

    // Without a scheme the port is required: a single word is rather a mistake than a host.
    private static bool HasPort(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0 && colon < text.Length - 1 && text.AsSpan(colon + 1).IndexOfAnyExceptInRange('0', '9') < 0;
    }
}
