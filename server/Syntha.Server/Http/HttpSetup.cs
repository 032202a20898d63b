using Microsoft.OpenApi;

namespace Syntha.Server.Http;

/// <summary>Registers this room.</summary>
internal static class HttpSetup
{
    public const string Document = "v1";

    public static void AddHttpDoor(this IServiceCollection services)
    {
        services.AddSingleton<HttpDoor>().AddSingleton<OpenApiPage>();
        services.AddOpenApi(Document, options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.AddDocumentTransformer((document, _, _) =>
            {
                DoorDescription.Describe(document);
                return Task.CompletedTask;
            });
        });
    }
}
