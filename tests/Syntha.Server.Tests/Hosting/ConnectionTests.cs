using System.Net.Sockets;
using System.Text;
using Google.Protobuf;

namespace Syntha.Server.Tests.Hosting;

/// <summary>
/// Limits for a connection: a client that is too slow or connects too often loses its connection, and others do not notice.
/// </summary>
[Trait("Runs", "Once")]
public sealed class ConnectionTests
{
    [Fact]
    public async Task Connection_WhoseHeadersDoNotCome_IsClosed()
    {
        await using var server = await TestServer.StartAsync("--Connections:HeadersTimeout=00:00:01");
        // The second half of a request, and of a header block, never comes.
        var http1 = await OpenAsync(server.Http, "GET /health HTTP/1.1\r\nHost: loc"u8.ToArray());
        var http2 = await OpenAsync(
            server.Grpc, [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0x83]);

        await ReadToEndAsync(http1);
        await ReadToEndAsync(http2);

        await server.As("alice").PushAsync("k");
    }

    [Fact]
    public async Task Connection_WithoutCalls_IsClosed()
    {
        await using var server = await TestServer.StartAsync("--Connections:IdleTimeout=00:00:01");
        var idle = await OpenAsync(server.Http, Encoding.ASCII.GetBytes($"GET /health HTTP/1.1\r\nHost: {server.Http.Authority}\r\n\r\n"));

        Assert.Contains("Healthy", await ReadToEndAsync(idle), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connections_BeyondTheMost_AreClosedAndTheOthersServed()
    {
        await using var server = await TestServer.StartAsync("--Connections:Max=1");
        await server.As("alice").PushAsync("k");
        TcpClient? only = null;
        string another;
        do
        {
            only?.Dispose();
            only = await OpenAsync(server.Http, "GET /health HTTP/1.1\r\n"u8.ToArray());
            // Before this connection is counted, another one may get its place and an answer. Then this one was closed.
            another = await AskAsync();
        }
        while (another.Length > 0);

        Assert.Equal("1", await server.As("alice").ValueAsync("k"));
        only.Dispose();
        do
        {
            another = await AskAsync();
        }
        while (another.Length == 0);
        Assert.Contains("Healthy", another, StringComparison.Ordinal);

        async Task<string> AskAsync() => await ReadToEndAsync(await OpenAsync(
            server.Http, Encoding.ASCII.GetBytes($"GET /health HTTP/1.1\r\nHost: {server.Http.Authority}\r\nConnection: close\r\n\r\n")));
    }

    [Fact]
    public async Task Connection_WhosePeerAnswersNoPing_IsClosed()
    {
        await using var server = await TestServer.StartAsync(
            "--Connections:PingAfter=00:00:01", "--Connections:PingTimeout=00:00:05", "--Connections:MaxCalls=7");

        var (maxCalls, pings, error) = await RawHttp2.AnswerPingsAsync(server.Grpc, answers: 2);

        // The platform sends INTERNAL_ERROR (RFC 9113, 7) to a peer that does not answer any more. An idle connection ends without an
        // error.
        Assert.Equal((7, 3, 2), (maxCalls, pings, error));
    }

    [Fact]
    public async Task Message_BeyondTheMost_IsRefusedUnread_WithItsReason()
    {
        const int Most = 3_407_872;
        await using var server = await TestServer.StartAsync();

        var within = await PushAsync(Most - 100);
        var beyond = await PushAsync(Most);

        Assert.Equal((StatusCode.InvalidArgument, "VALUE_TOO_LARGE"), (within.Status, within.Reason));
        Assert.Equal((StatusCode.InvalidArgument, "REQUEST_TOO_LARGE"), (beyond.Status, beyond.Reason));
        Assert.Empty(await server.As("alice").KeysAsync());

        Task<RawAnswer> PushAsync(int bytes) => RawCall.SendAsync(
            server.Grpc, "ContextMesh/Push", TestUser.Push("k", $"\"{new string('x', bytes)}\"").ToByteArray(), ("user-id", "alice"));
    }

    private static async Task<TcpClient> OpenAsync(Uri server, byte[] first)
    {
        var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(first, TestContext.Current.CancellationToken);
        return client;
    }

    // Returns when the server has closed the connection.
    private static async Task<string> ReadToEndAsync(TcpClient client)
    {
        using var connection = client;
        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
        try
        {
            return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
