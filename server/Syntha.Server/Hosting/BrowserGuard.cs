using Microsoft.Extensions.Options;

namespace Syntha.Server.Hosting;

/// <summary>
/// Keeps pages in a browser on this machine from calling the server. It refuses every request with the origin of another site, unless the
/// operator has named that origin. Together with the check of host names it also stops a page that has pointed a name of its own at this
/// machine.
/// </summary>
internal sealed class BrowserGuard(RequestDelegate next, IOptions<ServerOptions> options)
{
    private readonly string[] allowed = options.Value.AllowedOrigins;

    public Task InvokeAsync(HttpContext context)
    {
        var origin = context.Request.Headers.Origin;
        if (origin.Count == 0 || (origin.Count == 1 && (IsOwn(origin[0]!, context.Request.Host) || IsAllowed(origin[0]!))))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    private static bool IsOwn(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Authority.Equals(host.Value, StringComparison.OrdinalIgnoreCase);

    private bool IsAllowed(string origin) => Array.Exists(allowed, own => own.Equals(origin, StringComparison.OrdinalIgnoreCase));
}
