using System.Net;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using Grpc.Net.Client;
using Grpc.Net.Client.Web;
using Syntha.Server.Tests.Streams.Recording;

namespace Syntha.Server.Tests.Hosting;

/// <summary>The HTTP/1.1 port: health, gRPC-Web, and no access for a page in a browser (attack 30).</summary>
public sealed class HttpTests(SharedServer server)
{
    [Fact]
    public async Task Health_Served_IsHealthyOnBothPorts()
    {
        var (status, body) = await SendAsync("GET /health HTTP/1.1", $"Host: {server.Http.Authority}");
        var check = await new global::Grpc.Health.V1.Health.HealthClient(server.Channel).CheckAsync(new());

        Assert.Equal((200, true), (status, body.Contains("Healthy", StringComparison.Ordinal)));
        Assert.Equal(global::Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus.Serving, check.Status);
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/metrics")]
    public async Task Page_ForProbes_IsServedUnderAnyHostName(string path)
    {
        foreach (var host in (string[])["10.0.0.7:8080", "syntha-0.syntha.default.svc"])
        {
            Assert.Equal(200, (await SendAsync($"GET {path} HTTP/1.1", $"Host: {host}")).Status);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("syntha.v1.ContextMesh")]
    [InlineData("syntha.v1.ToolHandler")]
    [InlineData("syntha.v1.Administration")]
    [InlineData("syntha.v1.Discovery")]
    public async Task HealthCheck_OfEachService_IsServing(string service)
    {
        var health = new global::Grpc.Health.V1.Health.HealthClient(server.Channel);

        Assert.Equal(
            global::Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus.Serving,
            (await health.CheckAsync(new() { Service = service })).Status);
    }

    [Fact]
    public async Task GrpcWeb_OnTheHttpPort_ServesTheSameMesh()
    {
        var id = server.NewUser().Id;
        using var handler = new GrpcWebHandler(GrpcWebMode.GrpcWeb, new SocketsHttpHandler());
        using var channel = GrpcChannel.ForAddress(server.Http, new() { HttpHandler = handler, HttpVersion = HttpVersion.Version11 });
        var web = new TestUser(channel, id);

        await web.PushAsync("k", "\"by web\"");

        Assert.Equal("\"by web\"", await server.As(id).ValueAsync("k"));
        await using var stream = new TestSubscriber(new(), new());
        await stream.OpenWithSnapshotAsync(web);
        Assert.True(await stream.ReadToAsync(await web.PushAsync("live")));
        Assert.Equal(["k", "live"], stream.Fold().Keys);
        await Refusal.OfAsync(ErrorReason.JsonInvalid, web.Mesh.PushAsync(TestUser.Push("k", "{")));
        await Refusal.OfAsync(ErrorReason.UserIdMalformed, new TestUser(channel, "../x").Mesh.PushAsync(TestUser.Push("k")));
    }

    // Larger than any buffer on the way. The text form encodes it once more.
    [Theory]
    [InlineData(GrpcWebMode.GrpcWeb)]
    [InlineData(GrpcWebMode.GrpcWebText)]
    public async Task GrpcWeb_StreamWithMuchToTell_ComesWhole(GrpcWebMode mode)
    {
        const int Items = 4_000;
        using var handler = new GrpcWebHandler(mode, new SocketsHttpHandler());
        using var channel = GrpcChannel.ForAddress(server.Http, new() { HttpHandler = handler, HttpVersion = HttpVersion.Version11 });
        var web = new TestUser(channel, server.NewUser().Id);
        var many = new PushManyRequest();
        many.Items.AddRange(
            Enumerable.Range(0, Items)
                .Select(number => new ItemWrite { Key = $"k{number}", ValueJson = $"\"{new string('x', 500)}{number}\"" }));
        var answer = await web.Mesh.PushManyAsync(many);
        var end = await web.PushAsync("end");

        await using var stream = new TestSubscriber(new(), new());
        await stream.OpenAsync(web, new() { After = new() { Epoch = answer.Position.Epoch } });

        Assert.True(await stream.ReadToAsync(end));
        Assert.Equal([.. many.Items.Select(entry => entry.ValueJson), "1"], stream.Changes.Select(change => change.Item.ValueJson));
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("evil.example:PORT")]
    [InlineData("127.0.0.1.evil.example:PORT")]
    [InlineData("localhost.evil.example")]
    [InlineData("192.0.2.1:PORT")]
    [InlineData("0.0.0.0:PORT")]
    [InlineData("")]
    public async Task Push_UnderAForeignHostName_IsRefused(string host)
    {
        var user = server.NewUser();
        host = host.Replace("PORT", $"{server.Http.Port}", StringComparison.Ordinal);

        var (status, _) = await PushAsync(user, $"Host: {host}");

        Assert.Equal(400, status);
        Assert.False(server.HasStore(user.Id));
        foreach (var own in (string[])[server.Http.Authority, $"localhost:{server.Http.Port}", "localhost"])
        {
            Assert.Equal(200, (await PushAsync(user, $"Host: {own}")).Status);
        }

        Assert.Equal(["k"], await user.KeysAsync());
    }

    [Fact]
    public async Task Get_OverGrpcUnderAnyHostName_IsAnswered()
    {
        var user = server.NewUser();
        await user.PushAsync("k", "1");

        // As a client does that knows the server by its name in a cluster. No browser speaks HTTP/2 without TLS.
        var answer = await RawCall.SendAsync(
            server.Grpc, "ContextMesh/Get", new GetRequest { Key = "k" }.ToByteArray(), ("Host", "syntha.internal"), ("user-id", user.Id));

        Assert.True(answer.IsSuccess);
        Assert.Equal("1", answer.Message<GetResponse>().Item.ValueJson);
    }

    [Theory]
    [InlineData("http://evil.example")]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    [InlineData("http://localhost:1")]
    [InlineData("http://127.0.0.1")]
    [InlineData("http://HOST.evil.example")]
    [InlineData("http://evil.example/HOST")]
    [InlineData("http://HOST@evil.example")]
    [InlineData("file://")]
    [InlineData("")]
    public async Task Push_FromAForeignOrigin_IsRefused(string origin)
    {
        var user = server.NewUser();
        origin = origin.Replace("HOST", server.Http.Authority, StringComparison.Ordinal);

        var (status, answer) = await PushAsync(user, $"Host: {server.Http.Authority}", $"Origin: {origin}");

        Assert.Equal(403, status);
        Assert.DoesNotContain("Access-Control", answer, StringComparison.OrdinalIgnoreCase);
        Assert.False(server.HasStore(user.Id));
        Assert.Equal(200, (await PushAsync(user, $"Host: {server.Http.Authority}", $"Origin: http://{server.Http.Authority}")).Status);
        Assert.Equal(["k"], await user.KeysAsync());
    }

    [Fact]
    public async Task Push_FromAnOriginThatTheOperatorNamed_IsServedBehindAProxy()
    {
        await using var behind = await TestServer.StartAsync("--Server:AllowedOrigins:0=https://app.example");
        var message = TestUser.Push("k").ToByteArray();
        byte[] body = [0, 0, 0, 0, (byte)message.Length, .. message];

        // As nginx sends it on, when nothing is set but proxy_pass.
        Assert.Equal(200, (await PushFromAsync("https://app.example")).Status);
        Assert.Contains("X-Accel-Buffering: no", (await PushFromAsync("https://app.example")).Answer, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(403, (await PushFromAsync("https://app.example.evil.example")).Status);
        Assert.Equal(403, (await PushFromAsync("http://app.example")).Status);

        Task<(int Status, string Answer)> PushFromAsync(string origin) => SendAsync(
            behind.Http, body, "POST /syntha.v1.ContextMesh/Push HTTP/1.1", $"Host: {behind.Http.Authority}", $"Origin: {origin}",
            "Content-Type: application/grpc-web", $"Content-Length: {body.Length}", "user-id: alice");
    }

    [Fact]
    public async Task Push_UserIdTwice_IsRefusedOnThisPortAsWell()
    {
        var user = server.NewUser();

        var (_, answer) = await PushAsync(user, $"Host: {server.Http.Authority}", "user-id: bob");

        Assert.Contains("more than one user id", answer, StringComparison.Ordinal);
        Assert.False(server.HasStore(user.Id));
    }

    [Fact]
    public async Task Preflight_FromAForeignOrigin_IsNotAnswered()
    {
        var (status, answer) = await SendAsync(
            "OPTIONS /syntha.v1.ContextMesh/Push HTTP/1.1", $"Host: {server.Http.Authority}", "Origin: http://evil.example",
            "Access-Control-Request-Method: POST");

        Assert.Equal(403, status);
        Assert.DoesNotContain("Access-Control-Allow", answer, StringComparison.OrdinalIgnoreCase);
    }

    private Task<(int Status, string Answer)> PushAsync(TestUser user, params string[] headers)
    {
        var message = TestUser.Push("k").ToByteArray();
        byte[] body = [0, 0, 0, 0, (byte)message.Length, .. message];
        return SendAsync(
            body, "POST /syntha.v1.ContextMesh/Push HTTP/1.1",
            [.. headers, "Content-Type: application/grpc-web", $"Content-Length: {body.Length}", $"user-id: {user.Id}"]);
    }

    private Task<(int Status, string Answer)> SendAsync(string request, params string[] headers) => SendAsync([], request, headers);

    // Written by hand, because an HTTP client sets the host name itself.
    private Task<(int Status, string Answer)> SendAsync(byte[] body, string request, params string[] headers) =>
        SendAsync(server.Http, body, request, headers);

    private static async Task<(int Status, string Answer)> SendAsync(Uri to, byte[] body, string request, params string[] headers)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(to.Host, to.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        var head = Encoding.ASCII.GetBytes(string.Join("\r\n", [request, .. headers, "Connection: close", "", ""]));
        await stream.WriteAsync((byte[])[.. head, .. body], TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        return (int.Parse(answer.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture), answer);
    }
}
