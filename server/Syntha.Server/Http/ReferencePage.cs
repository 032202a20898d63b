using Microsoft.Extensions.Primitives;

namespace Syntha.Server.Http;

/// <summary>
/// A page that shows the description of the HTTP door, and tries its requests out. All that it loads comes from this server. It says
/// nothing about users, so that it needs no credential; a request that it makes has the one that the reader gives it.
/// </summary>
internal static class ReferencePage
{
    private const string Path = "openapi";

    // The page sets the styles of its elements, and has its icons within.
    private static readonly StringValues Policy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void UseReferencePage(this IApplicationBuilder http) => http.UseWhen(
        static context => context.Request.Path.StartsWithSegments($"/{Path}", StringComparison.Ordinal),
        static page =>
        {
            page.Use(static (context, next) =>
            {
                context.Response.Headers.ContentSecurityPolicy = Policy;
                context.Response.Headers.XContentTypeOptions = "nosniff";
                return next(context);
            });
            page.UseSwaggerUI(static options =>
            {
                options.RoutePrefix = Path;
                options.DocumentTitle = "Syntha over HTTP";
                options.SwaggerEndpoint(OpenApiPage.Path, HttpSetup.Document);
                // A validator of another site would be asked otherwise.
                options.EnableValidator(null);
            });
        });
}
