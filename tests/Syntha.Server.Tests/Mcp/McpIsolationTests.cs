using System.Net;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using Syntha.Server.Tests.Audit;

namespace Syntha.Server.Tests.Mcp;

/// <summary>Each credential opens its own user's context and nothing else, also over MCP (attacks 2, 4, 5 and 30).</summary>
public sealed class McpIsolationTests(McpServer server, SharedServer open)
{
    [Fact]
    public async Task Key_OfAUser_OpensThatUsersContextForAnyAgent()
    {
        var alice = await server.WithKeyAsync(Fresh("alice"));
        await alice.PushAsync("k", "\"hers\"");
        var secret = (await server.NewKeyAsync(alice.Id)).Secret;

        // The key says who the user is, with the header and without it.
        foreach (var user in (string?[])[alice.Id, null])
        {
            await using var host = await McpHost.ConnectAsync(server.Http, user, "planner", secret);
            Assert.Equal("\"hers\"", await host.ReadAsync("syntha://context/k"));
        }
    }

    [Fact]
    public async Task Key_OfAnotherUser_OpensNothing()
    {
        var (alice, mallory) = (await server.WithKeyAsync(Fresh("alice")), Fresh("mallory"));
        await alice.PushAsync("k", "\"hers\"");
        var secret = (await server.NewKeyAsync(mallory)).Secret;

        var (status, answer, _) = await PostAsync(("authorization", $"Bearer {secret}"), ("user-id", alice.Id), ("agent-name", "one"));

        Assert.Equal((403, "USER_MISMATCH"), (status, ReasonOf(answer)));
        await using var own = await McpHost.ConnectAsync(server.Http, null, "one", secret);
        await Assert.ThrowsAsync<McpProtocolException>(() => own.ReadAsync("syntha://context/k"));
        Assert.Equal(["syntha://changes"], (await own.ListResourcesAsync()).Select(resource => resource.Uri));
        // An argument names neither user nor agent.
        var read = await own.CallToolAsync(
            "get_context", new Dictionary<string, object?> { ["user_id"] = alice.Id, ["as_agent"] = "two", ["keys"] = (string[])["k"] });
        Assert.Empty(read.StructuredContent!.Value.GetProperty("context").EnumerateObject());
        Assert.Equal("one", read.StructuredContent!.Value.GetProperty("agent_name").GetString());
    }

    [Fact]
    public async Task Key_OfAnAgent_ActsAsThatAgentOnly()
    {
        var alice = await server.WithKeyAsync(Fresh("alice"));
        await alice.PushAsync("for-admin", "1", subscribers: ["admin"]);
        await alice.PushAsync("for-planner", "2", subscribers: ["planner"]);
        var secret = (await server.NewKeyAsync(alice.Id, agent: "planner")).Secret;

        await using var host = await McpHost.ConnectAsync(server.Http, null, agent: null, secret);

        Assert.Equal("2", await host.ReadAsync("syntha://context/for-planner"));
        await Assert.ThrowsAsync<McpProtocolException>(() => host.ReadAsync("syntha://context/for-admin"));
        var (status, answer, _) = await PostAsync(("authorization", $"Bearer {secret}"), ("agent-name", "admin"));
        Assert.Equal((200, "AGENT_MISMATCH"), (status, ReasonOf(answer)));
    }

    [Fact]
    public async Task Key_WithARole_HasTheToolsOfTheRole()
    {
        var alice = Fresh("alice");
        var secret = (await server.NewKeyAsync(alice, agent: "reader", role: "readonly")).Secret;
        await using var host = await McpHost.ConnectAsync(server.Http, null, agent: null, secret);

        Assert.DoesNotContain(await host.ListToolsAsync(), tool => tool.Name == "push_context");
        await Assert.ThrowsAsync<McpProtocolException>(async () => await host.CallToolAsync(
            "push_context", new Dictionary<string, object?> { ["key"] = "k", ["value"] = "1" }));
        Assert.Empty(await (await server.WithKeyAsync(alice)).KeysAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("Bearer ")]
    [InlineData("Bearer syntha_nonsense")]
    [InlineData("Basic YWxpY2U6eA==")]
    public async Task Request_WithoutAValidCredential_IsRefusedBeforeItsBodyIsRead(string authorization)
    {
        var user = Fresh("alice");

        var (status, answer, response) = await PostAsync(("authorization", authorization), ("user-id", user), ("agent-name", "one"));

        Assert.Equal((401, "CREDENTIALS_INVALID"), (status, ReasonOf(answer)));
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
        Assert.False(server.HasStore(user));
    }

    [Fact]
    public async Task Key_OfAnOperator_OpensNoContext()
    {
        var (status, answer, _) = await PostAsync(("authorization", $"Bearer {OperatorKey.Secret}"), ("agent-name", "one"));

        Assert.Equal((400, "USER_ID_MISSING"), (status, ReasonOf(answer)));
    }

    [Fact]
    public async Task Key_ThatWasRevoked_EndsTheRequestThatListens()
    {
        var alice = Fresh("alice");
        var key = await server.NewKeyAsync(alice);
        await using var host = await McpHost.ConnectAsync(server.Http, null, "one", key.Secret);
        await using var listener = await McpListener.StartAsync(host, "syntha://changes");

        await server.Operator(OperatorKey.Secret).RevokeApiKeyAsync(new() { Id = key.Key.Id });

        var fault = await Assert.ThrowsAsync<McpProtocolException>(() => listener.Answer);
        Assert.Equal("CREDENTIALS_INVALID", $"{fault.Data["reason"]}");
    }

    [Fact]
    public async Task SessionId_OfAnyUser_OpensNothing()
    {
        var alice = open.NewUser();

        // The server keeps no sessions, so that there is none to take over.
        var (status, _, response) = await McpHost.PostAsync(
            open.Http, McpHost.ListTools, ("user-id", alice.Id), ("agent-name", "one"), ("Mcp-Session-Id", "AAAA"));

        Assert.Equal(400, status);
        Assert.False(response.Headers.Contains("Mcp-Session-Id"));
    }

    [Theory]
    [InlineData("http://evil.example")]
    [InlineData("null")]
    public async Task Request_FromAForeignOrigin_IsRefused(string origin)
    {
        var alice = open.NewUser();

        var (status, _, _) = await McpHost.PostAsync(
            open.Http, McpHost.ListTools, ("user-id", alice.Id), ("agent-name", "one"), ("Origin", origin));

        Assert.Equal(403, status);
        Assert.False(open.HasStore(alice.Id));
    }

    [Fact]
    public async Task Request_UnderAForeignHostName_IsRefused()
    {
        var (status, _, _) = await McpHost.PostAsync(
            open.Http, McpHost.ListTools, ("user-id", open.NewUser().Id), ("agent-name", "one"), ("Host", "evil.example"));

        Assert.Equal(400, status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"jsonrpc":"2.0","id":null,"method":"tools/list"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":7}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":7}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":[]}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_context","arguments":{"keys":["\ud800"]}}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"resources/read"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"prompts/get"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"completion/complete"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":[]}}""")]
    public async Task Body_ThatIsMalformed_IsRefused(string body)
    {
        foreach (var revision in (string[])[McpHost.Stateless, McpHost.WithHandshake])
        {
            var (status, answer, _) = await McpHost.PostAsync(
                open.Http, body, ("user-id", open.NewUser().Id), ("agent-name", "one"), ("MCP-Protocol-Version", revision),
                ("Mcp-Method", "tools/call"), ("Mcp-Name", "7"));

            Assert.True(status is 400 or 404 or 200, $"{status}");
            // An error of the client's, and no fault: the log of a shared server that has one fails the tests.
            Assert.InRange((int)answer!["error"]!["code"]!, -32_700, -32_000);
            Assert.NotEqual(-32_603, (int)answer["error"]!["code"]!);
        }
    }

    [Theory]
    [InlineData("text/plain", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json; charset=none", HttpStatusCode.BadRequest)]
    public async Task Body_ThatIsNotCalledJson_IsRefused(string type, HttpStatusCode status)
    {
        using var client = new HttpClient(new SocketsHttpHandler());
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(open.Http, "/mcp"))
        {
            Content = new StringContent(McpHost.ListTools),
            Headers = { { "user-id", open.NewUser().Id }, { "agent-name", "one" }, { "Accept", "application/json, text/event-stream" } },
        };
        request.Content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type);

        var response = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task Body_ThatIsTooLong_IsRefusedWithItsSize()
    {
        var (status, answer, _) = await McpHost.PostAsync(
            open.Http, new string(' ', 4 * 1024 * 1024), ("user-id", open.NewUser().Id), ("agent-name", "one"));

        Assert.Equal((413, "REQUEST_TOO_LARGE"), (status, ReasonOf(answer)));
        Assert.Equal("4194304", (string?)answer!["error"]!["data"]!["actual"]);
    }

    [Theory]
    [InlineData(null, "AGENT_INVALID")]
    [InlineData("", "AGENT_INVALID")]
    public async Task Request_WithoutAnAgent_IsRefused(string? agent, string reason)
    {
        (string, string)[] headers = agent is null ? [] : [("agent-name", agent)];

        var (status, answer, _) = await McpHost.PostAsync(
            open.Http, McpHost.ListTools, [("user-id", open.NewUser().Id), .. headers]);

        Assert.Equal((400, reason), (status, ReasonOf(answer)));
    }

    [Fact]
    public async Task Refusals_AreInTheAuditTrailAsOnGrpc()
    {
        var (alice, mallory) = (Fresh("alice"), Fresh("mallory"));
        var secret = (await server.NewKeyAsync(mallory)).Secret;

        await PostAsync(("authorization", $"Bearer {secret}"), ("user-id", alice), ("agent-name", "one"));
        await PostAsync(("authorization", $"Bearer {secret}"), ("agent-name", "one"));

        var entries = await AuditReader.UntilAsync(
            server.Operator(OperatorKey.Secret), found => found.Count > 0, alice, outcome: AuditOutcome.Denied);
        Assert.Equal(["USER_MISMATCH"], entries.Select(entry => entry.Reason));
    }

    [Fact]
    public async Task Request_OfAUserWhoCallsTooOften_IsRefusedAndToldWhenToComeAgain()
    {
        await using var slow = await TestServer.StartAsync("--RateLimit:CallsPerSecond=1", "--RateLimit:Burst=1");
        (int Status, JsonNode? Answer, HttpResponseMessage Response) refused;
        do
        {
            refused = await McpHost.PostAsync(slow.Http, McpHost.ListTools, ("user-id", "alice"), ("agent-name", "one"));
        }
        while (refused.Status == 200);

        Assert.Equal((429, "RATE_LIMITED"), (refused.Status, ReasonOf(refused.Answer)));
        Assert.NotNull(refused.Response.Headers.RetryAfter);
        Assert.StartsWith("Wait", (string?)refused.Answer!["error"]!["data"]!["remedy"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_OnThePortOfGrpc_FindsNoDoor()
    {
        using var client = new HttpClient(new SocketsHttpHandler());
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(open.Grpc, "/mcp"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        Assert.Equal(HttpStatusCode.NotFound, (await client.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Door_OfAServerWithCredentials_IsClosedByDefault()
    {
        await using var secured = await TestServer.StartAsync(OperatorKey.Setting);
        await using var shut = await TestServer.StartAsync("--Doors:Mcp=false");

        foreach (var one in (TestServer[])[secured, shut])
        {
            var (status, _, _) = await McpHost.PostAsync(one.Http, McpHost.ListTools, ("user-id", "alice"), ("agent-name", "one"));
            Assert.Equal((int)HttpStatusCode.NotFound, status);
        }
    }

    private Task<(int Status, JsonNode? Answer, HttpResponseMessage Response)> PostAsync(params (string, string)[] headers) =>
        McpHost.PostAsync(server.Http, McpHost.ListTools, headers);

    private static string? ReasonOf(JsonNode? answer) => (string?)answer?["error"]?["data"]?["reason"];

    private static string Fresh(string name) => $"{name}{Guid.NewGuid():N}";
}
