using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace Syntha.Benchmarks.Load;

/// <summary>
/// Sends one call and checks its <c>grpc-status</c>. h2load counts HTTP 200 as success, but a failed gRPC call is an HTTP 200 too. So each
/// figure of h2load counts only if the same bytes are answered with status 0 here, before and after. Thread-safe.
/// </summary>
internal sealed class GrpcProbe : IDisposable
{
    private readonly HttpMessageInvoker http = new(new SocketsHttpHandler());

    /// <summary>Sends the call, and returns the message of the answer with its framing.</summary>
    /// <exception cref="BenchmarkException">The answer has another status than 0.</exception>
    /// <exception cref="HttpRequestException">There was no answer.</exception>
    public async Task<byte[]> ConfirmAsync(Uri address, GrpcRequest request, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(address, request.Path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(request.Body) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        message.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        if (request.UserId is { } userId)
        {
            message.Headers.Add("user-id", userId);
        }

        if (request.Authorization is { } authorization)
        {
            message.Headers.Add("authorization", authorization);
        }

        using var response = await http.SendAsync(message, cancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        // A call that failed before its first message has the status in the headers. Any other call has it in the trailers.
        var status = Header(response.TrailingHeaders, "grpc-status") ?? Header(response.Headers, "grpc-status");
        if (response.StatusCode != HttpStatusCode.OK || status != "0")
        {
            var text = Header(response.TrailingHeaders, "grpc-message") ?? Header(response.Headers, "grpc-message");
            throw new BenchmarkException(
                $"{request.Path} answered HTTP {(int)response.StatusCode}, grpc-status {status ?? "missing"}: {text ?? "no message"}");
        }

        return body;
    }

    /// <summary>Sends the call, and returns the message of the answer.</summary>
    public async Task<T> AskAsync<T>(Uri address, GrpcRequest request, MessageParser<T> parser, CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        var body = await ConfirmAsync(address, request, cancellationToken);
        return parser.ParseFrom(body.AsSpan(GrpcRequest.FramingBytes));
    }

    public void Dispose() => http.Dispose();

    private static string? Header(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;
}
