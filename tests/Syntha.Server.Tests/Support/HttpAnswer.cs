using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Syntha.Server.Tests.Support;

/// <summary>An answer of HTTP.</summary>
internal sealed record HttpAnswer(int Status, Dictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string? ETag => Headers.GetValueOrDefault("ETag");

    public string? Reason => Json.TryGetProperty("reason", out var reason) ? reason.GetString() : null;

    public static HttpAnswer Of(byte[] received)
    {
        var end = received.AsSpan().IndexOf("\r\n\r\n"u8);
        var lines = Encoding.ASCII.GetString(received, 0, end).Split("\r\n");
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2))
            .ToDictionary(line => line[0], line => line[1], StringComparer.OrdinalIgnoreCase);
        return new(int.Parse(lines[0].AsSpan(9, 3), CultureInfo.InvariantCulture), headers, received[(end + 4)..]);
    }
}
