using System.Buffers.Binary;
using System.Net;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Syntha.Server.Tests.Verifying;

/// <summary>A way to a server with a planted fault: it passes all calls on, changed only by the fault.</summary>
internal sealed class LeakyServer : IAsyncDisposable
{
    private readonly HttpMessageInvoker upstream = new(new SocketsHttpHandler { UseProxy = false });
    private readonly Uri server;
    private readonly Func<LeakyCall, Task> fault;
    private readonly WebApplication app;

    private LeakyServer(Uri server, Func<LeakyCall, Task> fault)
    {
        (this.server, this.fault) = (server, fault);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, port => port.Protocols = HttpProtocols.Http2));
        app = builder.Build();
        app.Run(PassOnAsync);
    }

    public string Address => app.Urls.First();

    public static async Task<LeakyServer> StartAsync(Uri server, Func<LeakyCall, Task> fault)
    {
        var leaky = new LeakyServer(server, fault);
        await leaky.app.StartAsync();
        return leaky;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        upstream.Dispose();
    }

    private async Task PassOnAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var call = new LeakyCall(
            http.Request.Path.Value!, http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString()),
            body.ToArray());
        await fault(call);
        if (call.Refusal is { } status)
        {
            http.Response.ContentType = "application/grpc";
            http.Response.Headers["grpc-status"] = ((int)status).ToString(System.Globalization.CultureInfo.InvariantCulture);
            return;
        }
        try
        {
            using var answer = await upstream.SendAsync(ToRequest(call), http.RequestAborted);
            await AnswerAsync(http, answer);
        }
        catch (Exception ended) when (
            http.RequestAborted.IsCancellationRequested && ended is OperationCanceledException or IOException or HttpRequestException)
        {
            // The caller has gone.
        }
    }

    private HttpRequestMessage ToRequest(LeakyCall call)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, call.Path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(call.Body),
        };
        request.Content.Headers.TryAddWithoutValidation("content-type", "application/grpc");
        var headers = call.Headers.Where(header =>
            !header.Key.StartsWith(':')
                && !header.Key.StartsWith("content-", StringComparison.OrdinalIgnoreCase)
                && header.Key != "Host");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private static async Task AnswerAsync(HttpContext http, HttpResponseMessage answer)
    {
        http.Response.StatusCode = (int)answer.StatusCode;
        http.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        foreach (var (name, values) in answer.Headers.Where(header => header.Key.StartsWith("grpc-", StringComparison.OrdinalIgnoreCase)))
        {
            http.Response.Headers[name] = values.ToArray();
        }

        await using (var from = await answer.Content.ReadAsStreamAsync(http.RequestAborted))
        {
            var buffer = new byte[64 * 1024];
            while (await from.ReadAsync(buffer, http.RequestAborted) is var read and > 0)
            {
                await http.Response.Body.WriteAsync(buffer.AsMemory(0, read), http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
            }
        }
        var trailers = http.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers;
        foreach (var (name, values) in answer.TrailingHeaders)
        {
            trailers[name] = values.ToArray();
        }
    }
}

/// <summary>A call on its way, which a fault may change.</summary>
internal sealed class LeakyCall(string path, Dictionary<string, string> headers, byte[] body)
{
    public string Path => path;

    public Dictionary<string, string> Headers { get; } = new(headers, StringComparer.OrdinalIgnoreCase);

    public byte[] Body { get; private set; } = body;

    /// <summary>A status to answer with, instead of passing the call on.</summary>
    public StatusCode? Refusal { get; set; }

    public string? User
    {
        get => Headers.GetValueOrDefault("user-id");
        set => Headers["user-id"] = value!;
    }

    public bool Is(string method) => path.EndsWith($"/{method}", StringComparison.Ordinal);

    /// <summary>Changes the request's only message.</summary>
    public void Change<T>(Action<T> change)
        where T : IMessage<T>, new()
    {
        var message = new T();
        message.MergeFrom(Body.AsSpan(5).ToArray());
        change(message);
        var frame = new byte[5 + message.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - 5);
        message.WriteTo(frame.AsSpan(5));
        Body = frame;
    }
}
