using System.Net.Sockets;
using System.Text;

namespace Syntha.Server.Tests.Support;

/// <summary>
/// Requests of HTTP/1.1 written by hand, because an HTTP client changes paths and sets the host name itself. Each has a connection of its
/// own.
/// </summary>
internal static class RawHttp
{
    public static Task<HttpAnswer> SendAsync(Uri server, string verb, string target, string? body = null, params string[] headers) =>
        SendAsync(server, verb, target, body is null ? null : Encoding.UTF8.GetBytes(body), headers);

    public static async Task<HttpAnswer> SendAsync(Uri server, string verb, string target, byte[]? body, params string[] headers)
    {
        string[] length = body is null ? [] : [$"Content-Length: {body.Length}"];
        string[] host = headers.Any(header => header.StartsWith("Host:", StringComparison.Ordinal)) ? [] : [$"Host: {server.Authority}"];
        var head = string.Join("\r\n", [$"{verb} {target} HTTP/1.1", .. host, .. headers, .. length, "Connection: close", "", ""]);
        return await SendBytesAsync(server, [.. Encoding.ASCII.GetBytes(head), .. body ?? []]);
    }

    /// <summary>Sends bytes as they are, and reads until the server closes the connection.</summary>
    public static async Task<HttpAnswer> SendBytesAsync(Uri server, byte[] request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(request, TestContext.Current.CancellationToken);
        using var received = new MemoryStream();
        try
        {
            await stream.CopyToAsync(received, TestContext.Current.CancellationToken);
        }
        catch (IOException) when (received.Length > 0)
        {
            // The server has answered, and does not wait for the rest of the body.
        }

        return HttpAnswer.Of(received.ToArray());
    }
}
