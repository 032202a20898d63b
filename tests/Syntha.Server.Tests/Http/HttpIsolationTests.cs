using Syntha.Server.Tests.Audit;

namespace Syntha.Server.Tests.Http;

/// <summary>A server with credentials whose HTTP door is open. The tests of isolation share it.</summary>
public sealed class SecuredHttpServer()
    : TestServer(OperatorKey.Setting, "--Doors:Http=true", "--Page:Open=true", "--Audit:RefusalBurst=100000");

/// <summary>Over HTTP a credential opens what it opens over gRPC, and no request reaches another user.</summary>
public sealed class HttpIsolationTests(SecuredHttpServer server) : IClassFixture<SecuredHttpServer>
{
    // Each path that reaches data, by which another user could be reached.
    public static TheoryData<string, string, string?> Paths { get; } = new()
    {
        { "GET", "/context/secret", null },
        { "GET", "/context?key=secret", null },
        { "GET", "/context/secret?as_agent=Planner", null },
        { "GET", "/context", null },
        { "PUT", "/context/secret", "\"theirs\"" },
        { "DELETE", "/context/secret", null },
        { "POST", "/context:get", """{"keys": ["secret"]}""" },
        { "POST", "/context:push", """{"items": [{"key": "secret", "value": 1}]}""" },
        { "POST", "/context:clear", "" },
        { "POST", "/context:cleanup", "" },
        { "GET", "/changes?start=snapshot", null },
        { "GET", "/stats", null },
        { "GET", "/topics", null },
        { "DELETE", "/topics/t", null },
        { "GET", "/agents/Planner/topics", null },
        { "PUT", "/agents/Planner/topics", """{"topics": []}""" },
        { "GET", "/prompt", null },
        { "GET", "/outcomes", null },
        { "GET", "/agents/Planner/context/secret", null },
        { "GET", "/agents/Planner/context", null },
        { "GET", "/agents/Planner/changes?start=snapshot", null },
        { "POST", "/agents/Planner/tools/get_context:call", """{"keys": ["secret"], "user_id": "alice", "user-id": "alice"}""" },
        { "GET", "/agents/Planner/prompt", null },
    };

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Request_WithAnothersCredential_OrNone_ReachesNothing(string verb, string target, string? body)
    {
        var (alice, mallory) = ($"alice{Guid.NewGuid():N}", $"mallory{Guid.NewGuid():N}");
        var owner = await server.WithKeyAsync(alice);
        await owner.PushAsync("secret", "\"canary\"", topics: ["t"]);
        var state = await owner.StateAsync();
        var foreign = (await server.NewKeyAsync(mallory)).Secret;

        foreach (var (user, reason, status) in (IEnumerable<(HttpUser, string, int)>)[
            (new(server.Http, alice, foreign), "USER_MISMATCH", 403),
            (new(server.Http, alice, OperatorKey.Secret), "USER_MISMATCH", 403),
            (new(server.Http, alice), "CREDENTIALS_INVALID", 401),
            (new(server.Http, null), "CREDENTIALS_INVALID", 401),
            (new(server.Http, alice, foreign + "x"), "CREDENTIALS_INVALID", 401),
            (new(server.Http, null, OperatorKey.Secret), "USER_ID_MISSING", 400),
            (new(server.Http, "", foreign), "USER_ID_MISSING", 400)])
        {
            var answer = await user.SendAsync(verb, target, body);

            Assert.Equal((status, reason), (answer.Status, answer.Reason));
            Assert.DoesNotContain("canary", answer.Text, StringComparison.Ordinal);
            Assert.Equal(status == 401, answer.Headers.ContainsKey("WWW-Authenticate"));
        }

        Assert.Equal(state, await owner.StateAsync());
        Assert.False(server.HasStore(mallory));
    }

    [Fact]
    public async Task Request_ThatNamesTwoUsers_IsRefused()
    {
        var alice = await server.WithKeyAsync($"alice{Guid.NewGuid():N}");
        var bob = await server.NewKeyAsync($"bob{Guid.NewGuid():N}");

        var answer = await RawHttp.SendAsync(
            server.Http, "GET", "/v1/context", (string?)null, $"user-id: {bob.Key.UserId}", $"user-id: {alice.Id}",
            $"Authorization: Bearer {bob.Secret}");

        Assert.Equal("USER_ID_MISSING", answer.Reason);
    }

    [Fact]
    public async Task Request_WithoutAUserId_IsThatOfTheCredentialsUser()
    {
        var (alice, bob) = ($"alice{Guid.NewGuid():N}", $"bob{Guid.NewGuid():N}");
        var (aliceKey, bobKey) = ((await server.NewKeyAsync(alice)).Secret, (await server.NewKeyAsync(bob)).Secret);

        await new HttpUser(server.Http, null, aliceKey).PutAsync("/context/k", "\"alice\"");
        await new HttpUser(server.Http, null, bobKey).PutAsync("/context/k", "\"bob\"");

        Assert.Equal("\"alice\"", await server.As(alice, aliceKey).ValueAsync("k"));
        Assert.Equal("\"bob\"", await server.As(bob, bobKey).ValueAsync("k"));
        Assert.Equal("\"alice\"", (await new HttpUser(server.Http, alice, aliceKey).GetAsync("/context/k")).Text);
    }

    [Fact]
    public async Task AgentsKey_OpensItsOwnAgentsPathsAlone()
    {
        var alice = $"alice{Guid.NewGuid():N}";
        var owner = await server.WithKeyAsync(alice);
        await owner.PushAsync("theirs", "\"canary\"", subscribers: ["Critic"]);
        await owner.PushAsync("mine", "1", subscribers: ["Planner"]);
        var http = new HttpUser(server.Http, null, (await server.NewKeyAsync(alice, "Planner", "readonly")).Secret);

        Assert.Equal("1", (await http.GetAsync("/agents/Planner/context/mine")).Text);
        Assert.Equal(404, (await http.GetAsync("/agents/Planner/context/theirs")).Status);
        Assert.Equal("TOOL_NOT_ALLOWED", (await http.PutAsync("/agents/Planner/context/mine", "2")).Reason);
        var pushed = await http.PostAsync("/agents/Planner/tools/push_context:call", """{"key": "k", "value": "v"}""");
        Assert.Equal("TOOL_NOT_ALLOWED", pushed.Reason);
        foreach (var target in (string[])[
            "/agents/Critic/context/theirs", "/agents/Critic/context", "/agents/Critic/changes?start=snapshot", "/agents/Critic/tools"])
        {
            Assert.Equal("AGENT_MISMATCH", (await http.GetAsync(target)).Reason);
        }

        Assert.Equal("AGENT_MISMATCH", (await http.PostAsync("/agents/Critic/tools/get_context:call", """{"keys": ["theirs"]}""")).Reason);
        foreach (var target in (string[])[
            "/context/theirs", "/context?as_agent=Planner", "/changes", "/stats", "/agents/Planner/topics", "/agents/Planner/access"])
        {
            Assert.Equal("OWNER_REQUIRED", (await http.GetAsync(target)).Reason);
        }

        Assert.Equal("OPERATOR_REQUIRED", (await http.GetAsync("/admin/users")).Reason);
    }

    [Fact]
    public async Task Administration_OverHttp_OpensForTheOperatorAlone()
    {
        var alice = $"alice{Guid.NewGuid():N}";
        var operatorUser = new HttpUser(server.Http, null, OperatorKey.Secret);

        var made = await operatorUser.PostAsync("/admin/keys", $$"""{"scope": "user", "user_id": "{{alice}}", "label": "app"}""");
        var secret = made.Json.GetProperty("secret").GetString()!;
        var user = new HttpUser(server.Http, null, secret);
        Assert.Equal(200, (await user.PutAsync("/context/k", "1")).Status);
        Assert.Equal(200, (await operatorUser.SendAsync("PATCH", $"/admin/users/{alice}/quota", """{"max_items": 1}""")).Status);
        Assert.Equal((409, "QUOTA_ITEMS"), (await user.PutAsync("/context/k2", "1") is var full ? full.Status : 0, full.Reason));
        Assert.Equal("OPERATOR_REQUIRED", (await user.GetAsync($"/admin/users/{alice}")).Reason);
        Assert.Equal("OPERATOR_REQUIRED", (await user.SendAsync("DELETE", $"/admin/users/{alice}")).Reason);
        Assert.Equal("CREDENTIALS_INVALID", (await new HttpUser(server.Http, null).GetAsync("/admin/users")).Reason);
        // Entries of writes and of refusals come within moments. The operator reads them over HTTP as well.
        await AuditReader.UntilAsync(
            server.Operator(OperatorKey.Secret),
            found => found.Any(entry => entry.Method == "ContextMesh/Push")
                && found.Any(entry => entry.ToString().Contains("OPERATOR_REQUIRED", StringComparison.Ordinal)),
            alice);
        var audit = (await operatorUser.GetAsync($"/admin/audit?user_id={alice}")).Text;
        Assert.Contains("Administration/UpdateQuota", audit, StringComparison.Ordinal);
        Assert.Contains("OPERATOR_REQUIRED", audit, StringComparison.Ordinal);

        var id = made.Json.GetProperty("key").GetProperty("id").GetString();
        Assert.True((await operatorUser.SendAsync("DELETE", $"/admin/keys/{id}")).Json.GetProperty("revoked").GetBoolean());
        Assert.Equal("CREDENTIALS_INVALID", (await user.GetAsync("/context/k")).Reason);
        Assert.True((await operatorUser.SendAsync("DELETE", $"/admin/users/{alice}")).Json.GetProperty("deleted").GetBoolean());
    }

    [Fact]
    public async Task Stream_WhoseKeyIsRevoked_EndsWithTheProblem()
    {
        var key = await server.NewKeyAsync($"alice{Guid.NewGuid():N}");
        using var events = await EventReader.OpenAsync(server.Http, new(server.Http, null, key.Secret), "/changes");
        await events.ReadAsync();

        await server.Operator(OperatorKey.Secret).RevokeApiKeyAsync(new() { Id = key.Key.Id });

        Assert.Equal("CREDENTIALS_INVALID", (await events.ReadToAsync("error")).Json.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task UserId_ThatAGrpcWebCallLeavesOut_IsStillMissing_AfterAnHttpRequestOnTheSameConnection()
    {
        var key = await server.NewKeyAsync($"alice{Guid.NewGuid():N}");
        var request = $"GET /v1/stats HTTP/1.1\r\nHost: {server.Http.Authority}\r\nAuthorization: Bearer {key.Secret}\r\n\r\n" +
            $"POST /syntha.v1.ContextMesh/GetStats HTTP/1.1\r\nHost: {server.Http.Authority}\r\nAuthorization: Bearer {key.Secret}\r\n" +
            "Content-Type: application/grpc-web\r\nContent-Length: 5\r\nConnection: close\r\n\r\n\0\0\0\0\0";

        var answer = await RawHttp.SendBytesAsync(server.Http, System.Text.Encoding.ASCII.GetBytes(request));

        Assert.Equal(200, answer.Status);
        Assert.Contains("carries no user id", answer.Text, StringComparison.Ordinal);
    }
}
