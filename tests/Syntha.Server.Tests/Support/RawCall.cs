using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Google.Protobuf;
using Google.Rpc;

namespace Syntha.Server.Tests.Support;

/// <summary>A unary gRPC call over plain HTTP/2, for messages and headers that no stub would send.</summary>
internal static class RawCall
{
    private static readonly HttpClient Client = new(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 });

    public static async Task<RawAnswer> SendAsync(Uri server, string method, byte[] message, params (string Name, string Value)[] headers)
    {
        byte[] frame = [0, .. BitConverter.GetBytes(IPAddress.HostToNetworkOrder(message.Length)), .. message];
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, $"/syntha.v1.{method}"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frame),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.ParseAdd("trailers");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var trailers = response.TrailingHeaders.Concat(response.Headers).ToLookup(header => header.Key, header => header.Value.First());
        return new(
            response.StatusCode,
            trailers["grpc-status"].FirstOrDefault() is { } status
                ? (StatusCode)int.Parse(status, System.Globalization.CultureInfo.InvariantCulture)
                : null,
            trailers["grpc-status-details-bin"].FirstOrDefault() is { } details ? ReasonIn(details) : null,
            trailers["grpc-message"].FirstOrDefault(),
            body);
    }

    private static string? ReasonIn(string details)
    {
        var bytes = Convert.FromBase64String(details.PadRight((details.Length + 3) / 4 * 4, '='));
        return Google.Rpc.Status.Parser.ParseFrom(bytes).GetDetail<ErrorInfo>()?.Reason;
    }
}

internal sealed record RawAnswer(HttpStatusCode HttpStatus, StatusCode? Status, string? Reason, string? Text, byte[] Body)
{
    public bool IsSuccess => HttpStatus == HttpStatusCode.OK && Status == StatusCode.OK;

    public T Message<T>()
        where T : IMessage<T>, new()
    {
        var message = new T();
        message.MergeFrom(Body.AsSpan(5).ToArray());
        return message;
    }
}
