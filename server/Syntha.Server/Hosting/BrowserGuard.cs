namespace Syntha.Server.Hosting;

/// <summary>
/// Keeps pages that a browser shows on this machine from calling the server: what bears the origin of another site is refused. Together
/// with the check of host names this also covers names that such a page has pointed at this machine.
/// </summary>
internal sealed class BrowserGuard(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var origin = context.Request.Headers.Origin;
        if (origin.Count == 0 || (origin.Count == 1 && IsOwn(origin[0]!, context.Request.Host)))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    private static bool IsOwn(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Authority.Equals(host.Value, StringComparison.OrdinalIgnoreCase);
}
