using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Syntha.Page.Access;

/// <summary>
/// Signing in by a key, and out again. The key goes into a cookie that scripts cannot read, that is sent from this site's own pages alone,
/// and that only this server can open.
/// </summary>
internal static class SignIn
{
    public const string Path = "/sign-in";
    public const string OutPath = "/sign-out";

    // A token with many claims, and some room for the rest of the form.
    private const int MaxKey = 8_192;
    private const int MaxForm = 16_384;

    /// <summary>Takes the form. It is read only when its head says that it is small.</summary>
    public static async Task<IResult> InAsync(HttpContext http, IPageHost host, IAntiforgery forgery)
    {
        if (http.Request.ContentLength is not <= MaxForm || !http.Request.HasFormContentType)
        {
            return TypedResults.StatusCode(StatusCodes.Status413PayloadTooLarge);
        }

        if (!await forgery.IsRequestValidAsync(http))
        {
            return Back(http, "expired");
        }

        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var secret = form["key"].ToString().Trim();
        if (secret.Length is 0 or > MaxKey || secret.Any(sign => sign is < '!' or > '~')
            || await host.ProveAsync(http, secret) is not { } identity)
        {
            return Back(http, "refused");
        }

        await http.SignInAsync(PageUser.Scheme, PageUser.SignedIn(identity, secret));
        return TypedResults.LocalRedirect(Local(form["next"].ToString()));
    }

    public static async Task<IResult> OutAsync(HttpContext http, IAntiforgery forgery)
    {
        if (http.Request.ContentLength is not <= MaxForm || !await forgery.IsRequestValidAsync(http))
        {
            return TypedResults.StatusCode(StatusCodes.Status400BadRequest);
        }

        await http.SignOutAsync(PageUser.Scheme);
        return TypedResults.LocalRedirect(Path);
    }

    /// <summary>A place on this site. Everything else is the first view.</summary>
    public static string Local(string? next) =>
        next is { Length: > 0 and < 4_096 } && next[0] == '/' && (next.Length == 1 || next[1] is not ('/' or '\\'))
        && !next.Any(char.IsControl)
            ? next
            : "/";

    // The form was read, because its token was looked for.
    private static RedirectHttpResult Back(HttpContext http, string why) =>
        TypedResults.LocalRedirect($"{Path}?why={why}&next={Uri.EscapeDataString(Local(http.Request.Form["next"].ToString()))}");
}
