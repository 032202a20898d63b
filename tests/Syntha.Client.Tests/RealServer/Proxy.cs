using System.Net;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Syntha.Client.Tests.RealServer;

/// <summary>
/// Stands before a real server and spoils calls: it gives one user's store to another, or loses answers that the server has given.
/// </summary>
internal sealed class Proxy : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpMessageInvoker upstream = new(new SocketsHttpHandler());
    private readonly Uri target;
    private int answersToLose;

    private Proxy(WebApplication app, string target)
    {
        this.app = app;
        this.target = new Uri(target);
    }

    /// <summary>The user that the proxy names to the server in place of the caller's.</summary>
    internal required Func<string, string> UserFor { get; init; }

    internal string Address => app.Urls.Single();

    internal static async Task<Proxy> StartAsync(string target, Func<string, string>? userFor = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(
            IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var proxy = new Proxy(builder.Build(), target) { UserFor = userFor ?? (user => user) };
        proxy.app.Run(proxy.ForwardAsync);
        await proxy.app.StartAsync();
        return proxy;
    }

    /// <summary>Breaks the connection after the server has answered, so that the caller never gets the answer.</summary>
    internal void LoseAnswers(int count) => answersToLose = count;

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        upstream.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(target, context.Request.Path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new StreamContent(context.Request.Body),
        };
        foreach (var (name, values) in context.Request.Headers.Where(header => !header.Key.StartsWith(':')))
        {
            var sent = name == "user-id" ? [UserFor(values.ToString())] : values.ToArray();
            if (name is not ("host" or "Host") && !request.Headers.TryAddWithoutValidation(name, sent))
            {
                request.Content.Headers.TryAddWithoutValidation(name, sent);
            }
        }

        using var response = await upstream.SendAsync(request, context.RequestAborted);
        var body = await response.Content.ReadAsByteArrayAsync(context.RequestAborted);
        if (Interlocked.Decrement(ref answersToLose) >= 0)
        {
            context.Features.GetRequiredFeature<IConnectionLifetimeFeature>().Abort();
            return;
        }

        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers))
        {
            context.Response.Headers[name] = values.ToArray();
        }

        await context.Response.Body.WriteAsync(body, context.RequestAborted);
        foreach (var (name, values) in response.TrailingHeaders)
        {
            context.Response.AppendTrailer(name, values.ToArray());
        }
    }
}
