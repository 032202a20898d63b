using System.Net;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Syntha.Cli.Commands;
using Syntha.Server.Hosting;

namespace Syntha.Server.Tests.Hosting;

/// <summary>TLS from the configuration. Each test makes its own certificates.</summary>
[Trait("Runs", "Once")]
public sealed class TlsTests : IDisposable
{
    private readonly TestCertificates certificates = new();

    public void Dispose() => certificates.Dispose();

    [Fact]
    public async Task Server_WithAPemPair_ServesBothProtocolsOnEitherPort()
    {
        await using var server = await TestServer.StartAsync([OperatorKey.Setting, .. certificates.PemSettings]);
        foreach (var address in (Uri[])[server.Grpc, server.Http])
        {
            Assert.Equal(Uri.UriSchemeHttps, address.Scheme);
            using var handler = certificates.Handler();
            using var channel = GrpcChannel.ForAddress(address, new() { HttpHandler = handler });
            var user = $"alice{address.Port}";
            await Refusal.OfAsync(ErrorReason.CredentialsInvalid, new TestUser(channel, user).Mesh.PushAsync(TestUser.Push("k")));
            // A channel takes ownership of its handler.
            using var http = new HttpClient(certificates.Handler()) { DefaultRequestVersion = HttpVersion.Version11 };
            Assert.Equal("Healthy", await http.GetStringAsync(new Uri(address, "/health"), TestContext.Current.CancellationToken));
        }
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Doors_OverTls_ServeCallsAndStreams(string version)
    {
        await using var server = await TestServer.StartAsync([.. certificates.PemSettings, "--Doors:Http=true", "--Doors:Mcp=true"]);
        using var http = new HttpClient(certificates.Handler())
        {
            BaseAddress = server.Http,
            DefaultRequestVersion = new(version),
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            DefaultRequestHeaders =
            {
                { "user-id", "alice" }, { "agent-name", "one" }, { "Accept", "application/json, text/event-stream" },
            },
        };
        var ended = TestContext.Current.CancellationToken;
        using var stream = new StreamReader(await http.GetStreamAsync("/v1/changes", ended));
        await ReadToAsync("event: established");

        using var written = await http.PutAsync("/v1/context/k", new StringContent("1"), ended);
        using var tools = await http.PostAsync("/mcp", new StringContent(
            """{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}""", null, "application/json"), ended);

        await ReadToAsync("event: changes");
        Assert.Equal("1", await http.GetStringAsync("/v1/context/k", ended));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (written.StatusCode, tools.StatusCode));
        Assert.Equal(new Version(version), written.Version);
        Assert.Contains("push_context", await tools.Content.ReadAsStringAsync(ended), StringComparison.Ordinal);

        async Task ReadToAsync(string line)
        {
            while (await stream.ReadLineAsync(ended) is var read && read != line)
            {
                Assert.NotNull(read);
            }
        }
    }

    [Fact]
    public async Task Server_WithAPkcs12File_IsTrustedByWhoTrustsItsAuthorityOnly()
    {
        await using var server = await TestServer.StartAsync(
            $"--Server:Certificate:Path={certificates.PfxFile}", "--Server:Certificate:Password=password");
        using var handler = certificates.Handler();
        using var channel = GrpcChannel.ForAddress(server.Grpc, new() { HttpHandler = handler });
        using var others = new TestCertificates();
        using var strange = others.Handler();
        using var suspicious = GrpcChannel.ForAddress(server.Grpc, new() { HttpHandler = strange });

        await new TestUser(channel, "alice").PushAsync("k");

        Assert.Equal("1", await new TestUser(channel, "alice").ValueAsync("k"));
        await Assert.ThrowsAsync<RpcException>(() => new TestUser(suspicious, "alice").PushAsync("k"));
    }

    [Fact]
    public async Task Server_ThatAsksForClientCertificates_TakesItsAuthoritysForClientsOnly()
    {
        await using var server = await TestServer.StartAsync(
            [.. certificates.PemSettings, $"--Server:Certificate:ClientAuthoritiesPath={certificates.AuthorityFile}"]);
        using var others = new TestCertificates();
        using var good = certificates.IssueForClient();
        using var strange = others.IssueForClient();
        using var misused = certificates.IssueForServer();

        Assert.True(await IsServedAsync(good));
        Assert.False(await IsServedAsync(null));
        Assert.False(await IsServedAsync(strange));
        Assert.False(await IsServedAsync(misused));
        Assert.True(await IsServedAsync(good));

        async Task<bool> IsServedAsync(System.Security.Cryptography.X509Certificates.X509Certificate2? client)
        {
            using var handler = certificates.Handler(client);
            using var channel = GrpcChannel.ForAddress(server.Grpc, new() { HttpHandler = handler });
            try
            {
                await new TestUser(channel, "alice").PushAsync("k");
                return true;
            }
            catch (RpcException refused) when (refused.StatusCode is StatusCode.Unavailable or StatusCode.Internal)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task Certificates_ThatAreReplaced_AreTakenUp_ClientAuthoritiesToo()
    {
        await using var server = await TestServer.StartAsync(
            [.. certificates.PemSettings, $"--Server:Certificate:ClientAuthoritiesPath={certificates.AuthorityFile}"]);
        using var renewed = new TestCertificates();
        Assert.True(await IsServedAsync(server, certificates));

        // Half of a renewal: the key does not belong to the certificate.
        var former = await File.ReadAllBytesAsync(certificates.KeyFile, TestContext.Current.CancellationToken);
        File.Copy(renewed.KeyFile, certificates.KeyFile, overwrite: true);
        server.Services.GetRequiredService<ServerCertificates>().Renew();
        Assert.True(await IsServedAsync(server, certificates));
        Assert.Contains(server.Log.Lines, line => line.Contains("cannot be used", StringComparison.Ordinal));
        await File.WriteAllBytesAsync(certificates.KeyFile, former, TestContext.Current.CancellationToken);

        renewed.CopyTo(certificates);
        server.Services.GetRequiredService<ServerCertificates>().Renew();

        Assert.True(await IsServedAsync(server, renewed));
        Assert.False(await IsServedAsync(server, certificates));
        using var formerClient = certificates.IssueForClient();
        Assert.False(await IsServedAsync(server, renewed, formerClient));
    }

    [Fact]
    public async Task Certificates_ThatAreReplaced_EndNoConnection()
    {
        await using var server = await TestServer.StartAsync(certificates.PemSettings);
        using var renewed = new TestCertificates();
        using var handler = certificates.Handler();
        using var channel = GrpcChannel.ForAddress(server.Grpc, new() { HttpHandler = handler });
        var alice = new TestUser(channel, "alice");
        using var stream = alice.Mesh.Subscribe(new(), cancellationToken: TestContext.Current.CancellationToken);
        await ReadUntilAsync(message => message.Established is not null);

        renewed.CopyTo(certificates);
        server.Services.GetRequiredService<ServerCertificates>().Renew();

        // Who comes now sees the new certificate, and who is there already notices nothing.
        using var other = renewed.Handler();
        using var later = GrpcChannel.ForAddress(server.Grpc, new() { HttpHandler = other });
        await new TestUser(later, "alice").PushAsync("later");
        await ReadUntilAsync(message => message.Changes is { } changes && changes.Changes_.Any(change => change.Key == "later"));
        await alice.PushAsync("same connection");

        async Task ReadUntilAsync(Func<SubscribeResponse, bool> isLast)
        {
            while (await stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
            {
                if (isLast(stream.ResponseStream.Current))
                {
                    return;
                }
            }

            Assert.Fail("The stream has ended.");
        }
    }

    private static async Task<bool> IsServedAsync(
        TestServer server, TestCertificates trusted, System.Security.Cryptography.X509Certificates.X509Certificate2? shown = null)
    {
        using var client = trusted.IssueForClient();
        using var handler = trusted.Handler(shown ?? client);
        using var channel = GrpcChannel.ForAddress(server.Grpc, new() { HttpHandler = handler });
        try
        {
            await new TestUser(channel, "alice").PushAsync("k");
            return true;
        }
        catch (RpcException refused) when (refused.StatusCode is StatusCode.Unavailable or StatusCode.Internal)
        {
            return false;
        }
    }

    [Fact]
    public async Task Browser_OfAForeignOrigin_IsRefusedOverHttp2AsWell()
    {
        await using var server = await TestServer.StartAsync(certificates.PemSettings);
        using var handler = certificates.Handler();
        using var http = new HttpClient(handler, disposeHandler: false) { DefaultRequestVersion = HttpVersion.Version20 };
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(server.Http, "/syntha.v1.ContextMesh/Get"))
        { Version = HttpVersion.Version20 };
        request.Headers.Add("Origin", "https://evil.example");

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.Forbidden, HttpVersion.Version20), (answer.StatusCode, answer.Version));
    }

    [Fact]
    public async Task Commands_OverTls_TrustTheAuthorityTheyAreGiven()
    {
        await using var server = await TestServer.StartAsync(certificates.PemSettings);

        var (trusted, _) = await RunAsync("--ca", certificates.AuthorityFile);
        var (unknown, reason) = await RunAsync();
        using var others = new TestCertificates();
        var (another, otherReason) = await RunAsync("--ca", others.AuthorityFile);

        Assert.Equal((0, 5, 5), (trusted, unknown, another));
        Assert.Equal(
            "The server's certificate is not accepted: subject CN=server, issuer CN=authority. This machine does not trust its authority. "
            + "Name a file with the authority's certificate: --ca FILE.",
            reason.TrimEnd());
        Assert.EndsWith($"No authority in {others.AuthorityFile} (--ca) has issued it.", otherReason.TrimEnd(), StringComparison.Ordinal);

        async Task<(int Code, string Output)> RunAsync(params string[] more)
        {
            using var output = new StringWriter();
            var code = await SynthaCommands.RunAsync(["users", "list", "--server", server.Grpc.ToString(), .. more], output, output);
            return (code, output.ToString());
        }
    }

    [Fact]
    public async Task Commands_ToAServerThatAsksForACertificate_ShowTheOneTheyAreGiven()
    {
        await using var server = await TestServer.StartAsync(
            [.. certificates.PemSettings, $"--Server:Certificate:ClientAuthoritiesPath={certificates.AuthorityFile}"]);
        using var folder = new ScratchFolder();
        using var client = certificates.IssueForClient();
        using var clientKey = client.GetECDsaPrivateKey()!;
        var (certificate, key) = (Path.Combine(folder.Path, "client.pem"), Path.Combine(folder.Path, "client.key"));
        await File.WriteAllTextAsync(certificate, client.ExportCertificatePem(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(key, clientKey.ExportPkcs8PrivateKeyPem(), TestContext.Current.CancellationToken);

        var shown = await RunAsync("--cert", certificate, "--cert-key", key);
        var none = await RunAsync();

        Assert.Equal((0, 5), (shown, none));

        async Task<int> RunAsync(params string[] more)
        {
            using var output = new StringWriter();
            return await SynthaCommands.RunAsync(
                ["users", "list", "--server", server.Grpc.ToString(), "--ca", certificates.AuthorityFile, .. more], output, output);
        }
    }

    [Fact]
    public async Task Start_WithACertificateThatIsNone_TellsTheKeyAndExitsWith2()
    {
        var (code, output) = await ServerProcess.RunToEndAsync("--Server:Certificate:Path=missing.pfx");

        Assert.Equal(2, code);
        Assert.Contains("Server:Certificate cannot be used", output, StringComparison.Ordinal);
    }
}
