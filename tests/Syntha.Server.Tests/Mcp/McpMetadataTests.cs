using System.Text.Json.Nodes;
using Syntha.Server.Tests.Credentials;

namespace Syntha.Server.Tests.Mcp;

/// <summary>A client that has no token learns where it gets one (RFC 9728).</summary>
public sealed class McpMetadataTests(TokenServer tokens)
{
    [Fact]
    public async Task Refusal_WithIssuersOfTokens_NamesThePageThatNamesThem()
    {
        var server = tokens.Server;
        var (status, _, response) = await McpHost.PostAsync(server.Http, McpHost.ListTools, ("agent-name", "one"));
        var page = $"http://{server.Http.Authority}/.well-known/oauth-protected-resource/mcp";
        using var client = new HttpClient(new SocketsHttpHandler());
        var metadata = JsonNode.Parse(await client.GetStringAsync(new Uri(page), TestContext.Current.CancellationToken))!;

        Assert.Equal(401, status);
        Assert.Equal($"Bearer resource_metadata=\"{page}\"", response.Headers.WwwAuthenticate.ToString());
        Assert.Equal($"http://{server.Http.Authority}/mcp", (string?)metadata["resource"]);
        Assert.Equal(
            [tokens.Corp.Name, tokens.Partner.Name], metadata["authorization_servers"]!.AsArray().Select(issuer => (string?)issuer));
    }

    [Fact]
    public async Task Token_OfAnIssuer_OpensItsUsersContext()
    {
        await using var host = await McpHost.ConnectAsync(
            tokens.Server.Http, user: null, agent: "one", secret: tokens.Corp.Issue($"alice{Guid.NewGuid():N}"));

        var pushed = await host.CallToolAsync("push_context", new Dictionary<string, object?> { ["key"] = "k", ["value"] = "1" });

        Assert.NotEqual(true, pushed.IsError);
        Assert.Equal("1", await host.ReadAsync("syntha://context/k"));
    }
}
