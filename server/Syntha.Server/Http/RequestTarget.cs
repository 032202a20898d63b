using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace Syntha.Server.Http;

/// <summary>
/// The path and the query of a request as the client has sent them. The platform decodes a path twice in parts, and resolves dot segments,
/// so that two keys become one. Here nothing is decoded before its part is known, and then once.
/// </summary>
/// <param name="Path">The path, still encoded, without the query.</param>
/// <param name="Query">The query, still encoded, without the question mark.</param>
internal readonly record struct RequestTarget(string Path, string Query)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static RequestTarget Of(HttpContext http)
    {
        var raw = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        // The absolute form, as a proxy receives it.
        if (raw.Length > 0 && raw[0] != '/' && raw.IndexOf("://", StringComparison.Ordinal) is var scheme and > 0)
        {
            var slash = raw.IndexOf('/', scheme + 3);
            raw = slash < 0 ? "/" : raw[slash..];
        }

        var mark = raw.IndexOf('?', StringComparison.Ordinal);
        return mark < 0 ? new(raw, "") : new(raw[..mark], raw[(mark + 1)..]);
    }

    /// <summary>The parameters of the query in their order. A plus sign stands for a blank.</summary>
    /// <exception cref="MeshException">MESSAGE_MALFORMED.</exception>
    public List<(string Name, string Value)> Parameters()
    {
        var parameters = new List<(string, string)>();
        foreach (var part in Query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = equals < 0 ? (part, "") : (part[..equals], part[(equals + 1)..]);
            parameters.Add((Decode(name.Replace('+', ' ')), Decode(value.Replace('+', ' '))));
        }

        return parameters;
    }

    /// <summary>Decodes a part once.</summary>
    /// <exception cref="MeshException">MESSAGE_MALFORMED: a per cent sign without two digits, or bytes that are not UTF-8.</exception>
    public static string Decode(string part)
    {
        if (!part.Contains('%', StringComparison.Ordinal))
        {
            return part;
        }

        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(part.Length)];
        var count = 0;
        for (var at = 0; at < part.Length; at++)
        {
            if (part[at] != '%')
            {
                count += Encoding.UTF8.GetBytes(part.AsSpan(at, 1), bytes.AsSpan(count));
            }
            else if (at + 2 < part.Length && char.IsAsciiHexDigit(part[at + 1]) && char.IsAsciiHexDigit(part[at + 2]))
            {
                bytes[count++] = Convert.FromHexString(part.AsSpan(at + 1, 2))[0];
                at += 2;
            }
            else
            {
                throw Malformed();
            }
        }

        try
        {
            return Strict.GetString(bytes, 0, count);
        }
        catch (DecoderFallbackException)
        {
            throw Malformed();
        }
    }

    private static MeshException Malformed() => new(
        ErrorReason.MessageMalformed, "The path or the query is not percent-encoded UTF-8. A per cent sign itself is %25.")
    {
        Field = "",
    };
}
