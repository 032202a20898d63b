using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Syntha.Benchmarks.Load;
using Syntha.V1;

namespace Syntha.Benchmarks.Fairness.Attacks;

/// <summary>More calls of a known caller than a server can want.</summary>
internal static class Floods
{
    private const int LargeCalls = 1_000;
    private const int LargeConnections = 10;
    private const int ResetConnections = 20;

    // With what frames it, just below the most of a message and of a write.
    private const int ValueBytes = 1_000_000;

    public static async Task LargePushesAsync(Attacker attacker, CancellationToken cancellationToken)
    {
        var items = Enumerable.Range(0, 3)
            .Select(number => new ItemWrite { Key = $"p{number}", ValueJson = BenchmarkValue.Of(number, ValueBytes) });
        // All calls send the same bytes, so that a thousand of them take no memory here.
        var push = GrpcRequest.Of("/syntha.v1.ContextMesh/PushMany", attacker.UserId, new PushManyRequest { Items = { items } });
        var connections = Enumerable.Range(0, LargeConnections).Select(_ => new HttpMessageInvoker(new SocketsHttpHandler())).ToList();
        try
        {
            await attacker.RepeatAsync(
                LargeCalls,
                number => PushAsync(attacker, connections[number % LargeConnections], push, cancellationToken),
                cancellationToken);
        }
        finally
        {
            connections.ForEach(connection => connection.Dispose());
        }
    }

    public static Task ResetsAsync(Attacker attacker, CancellationToken cancellationToken) => attacker.RepeatAsync(
        ResetConnections,
        async _ =>
        {
            await using var connection = await attacker.ConnectAsync(cancellationToken);
            var list = new ListRequest { PageSize = 1_000 }.ToByteArray();
            while (await connection.TryBeginAndResetAsync("/syntha.v1.ContextMesh/List", attacker.Headers))
            {
                attacker.CountDone();
            }
        },
        cancellationToken);

    public static Task BeyondTheRateAsync(Attacker attacker, CancellationToken cancellationToken) => attacker.RepeatAsync(
        64,
        _ => attacker.Mesh.GetAsync(new() { Key = "k" }, attacker.Call(cancellationToken)).ResponseAsync,
        cancellationToken);

    private static async Task PushAsync(
        Attacker attacker, HttpMessageInvoker connection, GrpcRequest push, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(attacker.Address, push.Path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(push.Body) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        message.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        foreach (var (name, value) in attacker.Headers)
        {
            message.Headers.Add(name, value);
        }

        using var response = await connection.SendAsync(message, cancellationToken);
        await response.Content.ReadAsByteArrayAsync(cancellationToken);
        if (!response.TrailingHeaders.TryGetValues("grpc-status", out var status) || status.First() != "0")
        {
            throw new HttpRequestException("The push was refused.");
        }
    }
}
