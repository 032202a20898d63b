using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Syntha.Page.Addresses;

/// <summary>The page's scripts, styles and pictures. Their addresses change with what is in them, so that browsers may keep them.</summary>
internal static class PageFiles
{
    public const string Path = "/page-files";

    private const string Styles = "page.css";

    private static readonly FrozenDictionary<string, PageFile> Files = Read().ToFrozenDictionary(file => file.Name, StringComparer.Ordinal);

    /// <summary>The address of a file, such as <c>/page-files/page.css?v=…</c>.</summary>
    public static string Of(string name) => $"{Path}/{name}?v={Files[name].Version}";

    /// <summary>Serves a file.</summary>
    public static async Task ServeAsync(HttpContext http, string name)
    {
        if (!Files.TryGetValue(name, out var file))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var takesGzip = http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.Ordinal);
        http.Response.ContentType = file.Type;
        http.Response.Headers.CacheControl = http.Request.Query["v"] == file.Version ? "public, max-age=31536000, immutable" : "no-cache";
        http.Response.Headers.Vary = "Accept-Encoding";
        if (takesGzip)
        {
            http.Response.Headers.ContentEncoding = "gzip";
        }

        var content = takesGzip ? file.Packed : file.Content;
        http.Response.ContentLength = content.Length;
        await http.Response.Body.WriteAsync(content, http.RequestAborted);
    }

    private static IEnumerable<PageFile> Read()
    {
        var names = typeof(PageFiles).Assembly.GetManifestResourceNames().ToLookup(name => name.EndsWith(".css", StringComparison.Ordinal));
        foreach (var name in names[false])
        {
            yield return Make(name, Content(name));
        }

        // The styles of all rooms are one file. What they share comes first.
        yield return Make(Styles, [.. names[true].OrderBy(name => name != Styles).ThenBy(name => name, StringComparer.Ordinal)
            .SelectMany(Content)]);
    }

    private static byte[] Content(string name)
    {
        using var resource = typeof(PageFiles).Assembly.GetManifestResourceStream(name)!;
        var content = new byte[resource.Length];
        resource.ReadExactly(content);
        return content;
    }

    private static PageFile Make(string name, byte[] content) =>
        new(name, TypeOf(name), content, Pack(content), Convert.ToHexStringLower(SHA256.HashData(content))[..16]);

    private static string TypeOf(string name) => System.IO.Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => "application/octet-stream",
    };

    private static byte[] Pack(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    private sealed record PageFile(string Name, string Type, byte[] Content, byte[] Packed, string Version);
}
