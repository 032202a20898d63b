using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Syntha.Server.Tests.Mcp;

/// <summary>Hosts as users have them: the client of the C# SDK, and requests written by hand.</summary>
internal static class McpHost
{
    public const string Stateless = "2026-07-28";
    public const string WithHandshake = "2025-11-25";

    public static Task<McpClient> ConnectAsync(
        Uri server, string? user, string? agent = "one", string? secret = null, string revision = Stateless)
    {
        var transport = new HttpClientTransport(new()
        {
            Endpoint = new(server, "/mcp"),
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = Headers(user, agent, secret),
        });
        return McpClient.CreateAsync(
            transport, new() { ProtocolVersion = revision }, cancellationToken: TestContext.Current.CancellationToken);
    }

    public static Task<McpClient> ConnectAsync(this TestServer server, TestUser user, string agent = "one", string revision = Stateless) =>
        ConnectAsync(server.Http, user.Id, agent, revision: revision);

    /// <summary>The only text of an answer.</summary>
    public static async Task<string> ReadAsync(this McpClient host, string address) =>
        ((TextResourceContents)Assert.Single((await host.ReadResourceAsync(address)).Contents)).Text;

    public static string PositionOf(this Result answer) => (string)answer.Meta!["syntha/position"]!;

    /// <summary>Sends one body, as a program does that speaks the protocol by itself.</summary>
    public static async Task<(int Status, JsonNode? Answer, HttpResponseMessage Response)> PostAsync(
        Uri server, string body, params (string Name, string Value)[] headers)
    {
        using var client = new HttpClient(new SocketsHttpHandler());
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, "/mcp"))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var json = text.Split('\n').FirstOrDefault(line => line.StartsWith("data: ", StringComparison.Ordinal))?[6..] ?? text;
        return ((int)response.StatusCode, json.StartsWith('{') ? JsonNode.Parse(json) : null, response);
    }

    /// <summary>A request for the list of tools, in the form of clients with a handshake.</summary>
    public static string ListTools { get; } = """{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}""";

    public static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    private static Dictionary<string, string> Headers(string? user, string? agent, string? secret)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        Add("user-id", user);
        Add("agent-name", agent);
        Add("authorization", secret is null ? null : $"Bearer {secret}");
        return headers;

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                headers[name] = value;
            }
        }
    }
}
