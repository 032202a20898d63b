using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Syntha.Server.Http;

/// <summary>
/// Serves the description of the HTTP door. It says nothing about users, so that it needs no credential. It is made once, because a
/// stranger may ask for it as often as it likes. Thread-safe.
/// </summary>
internal sealed class OpenApiPage(IServiceProvider services)
{
    public const string Path = "/openapi/v1.json";

    private readonly Lazy<Task<byte[]>> page = new(() => MakeAsync(services));

    public async Task ServeAsync(HttpContext http)
    {
        var bytes = await page.Value;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = bytes.Length;
        http.Response.Headers.CacheControl = "private, no-cache";
        await http.Response.BodyWriter.WriteAsync(bytes, CancellationToken.None);
    }

    private static async Task<byte[]> MakeAsync(IServiceProvider services)
    {
        var provider = services.GetRequiredKeyedService<IOpenApiDocumentProvider>(HttpSetup.Document);
        var document = await provider.GetOpenApiDocumentAsync();
        using var bytes = new MemoryStream();
        await document.SerializeAsJsonAsync(bytes, OpenApiSpecVersion.OpenApi3_1);
        return bytes.ToArray();
    }
}
