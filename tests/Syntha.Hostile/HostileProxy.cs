using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Syntha.Hostile;

/// <summary>
/// Stands between a client and a real server, and spoils calls as a plan says. It speaks HTTP/2 to both, and tells on a port of HTTP/1.1
/// how far the plan has got. Clients must lose nothing, do nothing twice, and report each failure as one of their own types.
/// </summary>
public sealed class HostileProxy : IAsyncDisposable
{
    private const int MostMessagesBeforeACut = 3;

    private readonly WebApplication app;
    private readonly HttpMessageInvoker upstream = new(new SocketsHttpHandler { EnableMultipleHttp2Connections = true });
    private readonly Uri target;

    private HostileProxy(WebApplication app, string target, HostilePlan plan)
    {
        this.app = app;
        this.target = new(target);
        Plan = plan;
    }

    public HostilePlan Plan { get; }

    /// <summary>The address that a client calls.</summary>
    public string Address => app.Urls.First();

    /// <summary>Answers GET with the number of mischiefs that were done.</summary>
    public string ControlAddress => app.Urls.Last();

    public static async Task<HostileProxy> StartAsync(string target, int seed, int count)
    {
        var plan = new HostilePlan(seed, count);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                listen.Use(next => connection => plan.TakesSilentAccept() ? StaySilentAsync(connection) : next(connection));
            });
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        var proxy = new HostileProxy(builder.Build(), target, plan);
        proxy.app.Run(proxy.ServeAsync);
        await proxy.app.StartAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
        upstream.Dispose();
    }

    private static async Task StaySilentAsync(ConnectionContext connection)
    {
        // It reads, so that the client's bytes are accepted, and notices when the client gives up.
        while (true)
        {
            var read = await connection.Transport.Input.ReadAsync(connection.ConnectionClosed);
            connection.Transport.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(HttpContext context)
    {
        if (context.Request.Protocol != "HTTP/2")
        {
            await context.Response.WriteAsync($"{Plan.Done}", context.RequestAborted);
            return;
        }

        var isStream = context.Request.Path.Value!.Contains("/Subscribe", StringComparison.Ordinal);
        var mischief = Plan.Next(isStream);
        try
        {
            await SpoilAsync(context, mischief, isStream);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or HttpRequestException)
        {
            context.Abort();
        }
    }

    private async Task SpoilAsync(HttpContext context, Mischief? mischief, bool isStream)
    {
        switch (mischief)
        {
            case Mischief.CutBefore:
                Cut(context);
                return;
            case Mischief.ResetBefore:
                Reset(context);
                return;
            case Mischief.ForeignHttpBefore:
                await AnswerAsync(context, Plan.HttpStatus());
                return;
            case Mischief.ForeignGrpc:
                context.Response.ContentType = "application/grpc";
                context.Response.Headers["grpc-status"] = $"{Plan.GrpcStatus()}";
                context.Response.Headers["grpc-message"] = "said by a proxy";
                return;
            case Mischief.GoAway or Mischief.SilentAccept:
                // The client connects anew for its next call.
                context.Features.GetRequiredFeature<IConnectionLifetimeNotificationFeature>().RequestClose();
                break;
            case Mischief.Delay:
                await Task.Delay(Plan.Number(50), context.RequestAborted);
                break;
        }

        using var request = Copied(context.Request);
        using var response = await upstream.SendAsync(request, context.RequestAborted);
        if (isStream)
        {
            await PassStreamAsync(context, response, mischief);
        }
        else
        {
            await PassAnswerAsync(context, response, mischief);
        }
    }

    private async Task PassAnswerAsync(HttpContext context, HttpResponseMessage response, Mischief? mischief)
    {
        var body = await response.Content.ReadAsByteArrayAsync(context.RequestAborted);
        switch (mischief)
        {
            case Mischief.CutAfter:
                Cut(context);
                return;
            case Mischief.ResetAfter:
                Reset(context);
                return;
            case Mischief.ForeignHttpAfter:
                await AnswerAsync(context, Plan.HttpStatus());
                return;
        }

        CopyHeaders(context, response);
        if (mischief == Mischief.Incomplete)
        {
            await context.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2), context.RequestAborted);
            return;
        }

        await context.Response.Body.WriteAsync(body, context.RequestAborted);
        CopyTrailers(context, response);
    }

    // A stream with a mischief ends after some messages, in the middle of one.
    private async Task PassStreamAsync(HttpContext context, HttpResponseMessage response, Mischief? mischief)
    {
        CopyHeaders(context, response);
        var left = mischief is not null ? 1 + Plan.Number(MostMessagesBeforeACut) : int.MaxValue;
        await using var messages = await response.Content.ReadAsStreamAsync(context.RequestAborted);
        var buffer = new byte[16 * 1024];
        while (await messages.ReadAsync(buffer, context.RequestAborted) is var count and > 0)
        {
            var isLast = --left == 0;
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, isLast ? (count + 1) / 2 : count), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            if (!isLast)
            {
                continue;
            }

            switch (mischief)
            {
                case Mischief.Incomplete:
                    return;
                case Mischief.ResetAfter:
                    Reset(context);
                    return;
                default:
                    Cut(context);
                    return;
            }
        }

        CopyTrailers(context, response);
    }

    private void Reset(HttpContext context) => context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(Plan.ResetCode());

    private static void Cut(HttpContext context) => context.Features.GetRequiredFeature<IConnectionLifetimeFeature>().Abort();

    private static async Task AnswerAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html";
        await context.Response.WriteAsync("<h1>said by a proxy</h1>", context.RequestAborted);
    }

    private HttpRequestMessage Copied(HttpRequest source)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(target, source.Path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new StreamContent(source.Body),
        };
        foreach (var (name, values) in source.Headers.Where(header => !header.Key.StartsWith(':')))
        {
            var isHost = string.Equals(name, "host", StringComparison.OrdinalIgnoreCase);
            if (!isHost && !request.Headers.TryAddWithoutValidation(name, values.ToArray()))
            {
                request.Content.Headers.TryAddWithoutValidation(name, values.ToArray());
            }
        }

        return request;
    }

    private static void CopyHeaders(HttpContext context, HttpResponseMessage response)
    {
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers))
        {
            context.Response.Headers[name] = values.ToArray();
        }

        context.Response.Headers.ContentLength = null;
    }

    private static void CopyTrailers(HttpContext context, HttpResponseMessage response)
    {
        foreach (var (name, values) in response.TrailingHeaders)
        {
            context.Response.AppendTrailer(name, values.ToArray());
        }
    }
}
