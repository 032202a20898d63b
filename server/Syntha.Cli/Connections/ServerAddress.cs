namespace Syntha.Cli.Connections;

/// <summary>The address of a server as an operator writes it: <c>host:port</c> or a URL. Without a scheme it is <c>http://</c>.</summary>
internal static class ServerAddress
{
    /// <exception cref="FormatException">The text is no address of a server.</exception>
    public static Uri Parse(string text)
    {
        // `localhost:50051` alone would be read as a URI of the scheme `localhost`.
        var url = text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}";
        return Uri.TryCreate(url, UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            && address.AbsolutePath == "/"
                ? address
                : throw new FormatException(
                    $"'{text}' is no address of a server. Write host:port, or a URL such as http://127.0.0.1:50051 or "
                    + "https://syntha.example.");
    }
}
