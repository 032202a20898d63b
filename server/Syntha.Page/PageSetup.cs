using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Syntha.Page.Access;
using Syntha.Page.Addresses;
using Syntha.Page.Operation;
using Syntha.Page.Shell;

namespace Syntha.Page;

/// <summary>Registers the page, and opens it. The program that serves it registers an <see cref="IPageHost"/>.</summary>
public static class PageSetup
{
    // A value that is edited comes as one message. Each sign of it may take several bytes there.
    private const int MaxMessageBytes = 1 << 20;

    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'self'; " +
        "form-action 'self'; frame-ancestors 'none'";

    public static void AddPage(this IServiceCollection services, PageOptions options)
    {
        var ring = services.AddDataProtection().SetApplicationName("syntha-page");
        if (options.KeyRingPath is { } path)
        {
            ring.PersistKeysToFileSystem(new(path));
        }
        else
        {
            ring.UseEphemeralDataProtectionProvider();
        }

        // The ring warns of keys in the clear, also where they are in memory alone.
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error));
        services.AddAntiforgery(forgery =>
        {
            forgery.Cookie.Name = "syntha-form";
            forgery.Cookie.SameSite = SameSiteMode.Strict;
            forgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            forgery.SuppressXFrameOptionsHeader = true;
        });
        services.AddAuthentication().AddCookie(PageUser.Scheme, cookie =>
        {
            cookie.Cookie.Name = "syntha-page";
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Strict;
            cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            cookie.ExpireTimeSpan = options.SignInLasts;
            cookie.SlidingExpiration = true;
            cookie.LoginPath = SignIn.Path;
            cookie.ReturnUrlParameter = "next";
            // Behind a proxy that holds the certificate, the browser alone knows that it speaks TLS.
            cookie.Events.OnSigningIn = static asked =>
            {
                asked.CookieOptions.Secure |=
                    asked.Request.Headers.Origin.ToString().StartsWith("https://", StringComparison.OrdinalIgnoreCase);
                return Task.CompletedTask;
            };
            cookie.Events.OnRedirectToLogin = static asked =>
            {
                // A socket cannot follow to a form.
                if (asked.Request.Path.StartsWithSegments("/_blazor", StringComparison.Ordinal))
                {
                    asked.Response.StatusCode = StatusCodes.Status401Unauthorized;
                }
                else
                {
                    asked.Response.Redirect(asked.RedirectUri);
                }

                return Task.CompletedTask;
            };
        });
        services.AddAuthorization();
        services.AddScoped<PageSession>();
        services.AddSingleton(options);
        services.AddOperation();
        services.AddRazorComponents().AddInteractiveServerComponents(circuits =>
        {
            circuits.DisconnectedCircuitRetentionPeriod = options.KeepDisconnected;
            circuits.DisconnectedCircuitMaxRetained = options.MaxOpen;
        }).AddHubOptions(hub => hub.MaximumReceiveMessageSize = MaxMessageBytes);
    }

    /// <summary>What stands before the page's own endpoints. Other requests pass.</summary>
    public static void UsePage(this IApplicationBuilder http) => http.UseWhen(
        static context => context.GetEndpoint()?.Metadata.GetMetadata<PageMark>() is not null,
        static page =>
        {
            page.Use(static (context, next) =>
            {
                context.Response.Headers.ContentSecurityPolicy = Policy;
                context.Response.Headers.XContentTypeOptions = "nosniff";
                context.Response.Headers["Referrer-Policy"] = "same-origin";
                context.Response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
                return next(context);
            });
            page.UseAuthorization();
            page.Use(static (context, next) =>
            {
                context.User = PageUser.At(context.User, context.Connection);
                return next(context);
            });
            page.UseAntiforgery();
        });

    /// <param name="app">The server.</param>
    /// <param name="needsCredentials">Whether the page asks for a key before it opens.</param>
    /// <param name="guard">Is put before each open page's socket.</param>
    public static void MapPage(this WebApplication app, bool needsCredentials, Func<RequestDelegate, RequestDelegate> guard)
    {
        var mark = new PageMark();
        var signedIn = new AuthorizationPolicyBuilder(PageUser.Scheme).RequireAuthenticatedUser().Build();
        var components = app.MapRazorComponents<App>().AddInteractiveServerRenderMode(server =>
        {
            // Every document has the policy above. A compressed socket would keep some 300 KiB for each page.
            server.ContentSecurityFrameAncestorsPolicy = null;
            server.DisableWebSocketCompression = true;
        });
        components.WithMetadata(mark);
        components.Add(endpoint =>
        {
            if (endpoint is RouteEndpointBuilder { RoutePattern.RawText: { } path } && path.Trim('/') == "_blazor")
            {
                endpoint.RequestDelegate = guard(endpoint.RequestDelegate!);
            }
        });
        if (needsCredentials)
        {
            components.RequireAuthorization(signedIn);
        }

        app.MapGet(SignIn.Path, (HttpContext http, string? why, string? next) => needsCredentials
                ? (IResult)new RazorComponentResult<SignInPage>(new { Http = http, Why = why, Next = next })
                : TypedResults.LocalRedirect("/"))
            .WithMetadata(mark);
        if (needsCredentials)
        {
            app.MapPost(SignIn.Path, SignIn.InAsync).WithMetadata(mark).DisableAntiforgery();
            app.MapPost(SignIn.OutPath, SignIn.OutAsync).WithMetadata(mark).DisableAntiforgery().RequireAuthorization(signedIn);
        }

        app.MapGet($"{PageFiles.Path}/{{name}}", PageFiles.ServeAsync).WithMetadata(mark);
    }

    private sealed class PageMark;
}
