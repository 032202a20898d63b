using System.Text;
using Syntha.Server.Doors;
using Syntha.Server.Http;
using Syntha.Server.Wire;
using Reason = Syntha.Mesh.Errors.ErrorReason;

namespace Syntha.Server.Tests.Http;

/// <summary>Each failure over HTTP is a problem with the contract's reason, one status for each reason, and what to do.</summary>
public sealed class HttpErrorTests(SharedServer server)
{
    private static readonly string BigValue = $"\"{new string('v', 1280 * 1024)}\"";

    // Requests that fail for each reason that a request alone can give.
    private static readonly Dictionary<Reason, Func<HttpUser, Task<HttpAnswer>>> Requests = new()
    {
        [Reason.UserIdMalformed] = user => new HttpUser(user.Server, "../x").GetAsync("/context/k"),
        [Reason.UserIdMissing] = user => new HttpUser(user.Server, null).GetAsync("/context/k"),
        [Reason.RoutingNotAllowed] = async user =>
        {
            await user.PutAsync("/agents/a/permissions", "{}");
            return await user.PutAsync("/agents/a/context/k", "1");
        },
        [Reason.KeyNotWritable] = async user =>
        {
            await user.PutAsync("/context/k?subscribers=b", "1");
            return await user.PutAsync("/agents/a/context/k", "1");
        },
        [Reason.ToolNotAllowed] = async user =>
        {
            await user.PutAsync("/agents/a/access", """{"predefined_role": "readonly"}""");
            return await user.PutAsync("/agents/a/context/k", "1");
        },
        [Reason.ToolInvalid] = user => user.PutAsync("/agents/a/access", """{"custom_role": {"name": "admin"}}"""),
        [Reason.TemplateInvalid] = user => user.PostAsync("/prompt", """{"custom": {"template": "{none}"}}"""),
        [Reason.PromptTooLarge] = user => user.PostAsync("/prompt", """{"custom": {"template": "long"}, "max_bytes": 1}"""),
        [Reason.KeyInvalid] = user => user.PutAsync($"/context/{new string('k', 4_097)}", "1"),
        [Reason.AgentInvalid] = user => user.GetAsync("/context?as_agent="),
        [Reason.TopicInvalid] = user => user.PutAsync("/context/k?topics=", "1"),
        [Reason.JsonInvalid] = user => user.PutAsync("/context/k", "{"),
        [Reason.ValueTooLarge] = user => user.PutAsync("/context/k", BigValue),
        [Reason.RequestTooLarge] = user => user.PostAsync("/context:push", """{"items": []}"""),
        [Reason.PageTokenInvalid] = user => user.GetAsync("/context?page_token=x"),
        [Reason.FilterInvalid] = user => user.GetAsync("/context?key_glob=%5B"),
        [Reason.ArgumentInvalid] = user => user.GetAsync("/context?page_size=-1"),
        [Reason.MessageMalformed] = user => user.PostAsync("/context:push", "{\"items\":"),
        [Reason.RequestIdInvalid] = user => user.PutAsync("/context/k", "1", "Idempotency-Key: x"),
        [Reason.RequestIdReused] = async user =>
        {
            var id = $"Idempotency-Key: {Guid.NewGuid()}";
            await user.PutAsync("/context/k", "1", id);
            return await user.PutAsync("/context/k", "2", id);
        },
        [Reason.KeyExists] = async user =>
        {
            await user.PutAsync("/context/k", "1");
            return await user.PutAsync("/context/k", "1", "If-None-Match: *");
        },
        [Reason.RevisionMismatch] = user => user.PutAsync("/context/k", "1", "If-Match: \"7\""),
        [Reason.RevisionInFuture] = async user =>
        {
            var position = (await user.PutAsync("/context/k", "1")).Headers["Syntha-Position"];
            return await user.GetAsync("/changes", $"Last-Event-ID: {position}000");
        },
        [Reason.EpochChanged] = user => user.GetAsync("/changes", "Last-Event-ID: 0123456789abcdef.1"),
    };

    public static TheoryData<string> Reasons { get; } = new(Requests.Keys.Select(reason => reason.ToString()));

    // The platform answers these before the door is asked.
    [Theory]
    [InlineData("/v1/context/k%00", 0, 400)]
    [InlineData("/v1/context/k", 17_000, 414)]
    public async Task Request_ThatIsNoHttpForTheServer_HasAStatusAlone(string target, int more, int status)
    {
        var answer = await RawHttp.SendAsync(server.Http, "GET", target + new string('k', more), (string?)null, "user-id: alice");

        Assert.Equal((status, ""), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task Headers_BeyondTheirBound_HaveAStatusAlone()
    {
        var answer = await RawHttp.SendAsync(
            server.Http, "GET", "/v1/stats", (string?)null, "user-id: alice", $"x: {new string('h', 33_000)}");

        Assert.Equal((431, ""), (answer.Status, answer.Text));
    }

    [Theory]
    [MemberData(nameof(Reasons))]
    public async Task Failure_OfARequest_IsAProblemWithReasonAndRemedy(string name)
    {
        var reason = Enum.Parse<Reason>(name);

        var answer = await Requests[reason](new(server.Http, server.NewUser().Id));

        Assert.Equal((StatusMapper.NameOf(reason), ReasonStatus.Of(reason)), (answer.Reason, answer.Status));
        Assert.Equal(("application/problem+json", "no-store"), (answer.Headers["Content-Type"], answer.Headers["Cache-Control"]));
        Assert.Equal(answer.Status, answer.Json.GetProperty("status").GetInt32());
        Assert.Equal(Problem.RemedyOf(reason), answer.Json.GetProperty("remedy").GetString());
        Assert.NotEmpty(answer.Json.GetProperty("detail").GetString()!);
    }

    [Fact]
    public void Reasons_OfTheContract_AllHaveOneStatusAndARemedy()
    {
        foreach (var reason in Enum.GetValues<Reason>())
        {
            Assert.InRange(ReasonStatus.Of(reason), 400, 599);
            Assert.NotEmpty(Problem.RemedyOf(reason));
            Assert.DoesNotContain("RetryInfo", Problem.RemedyOf(reason), StringComparison.Ordinal);
            Assert.NotEmpty(ContractComments.MeaningOf(StatusMapper.NameOf(reason)));
        }
    }

    [Theory]
    [InlineData("GET", "/nothing", 404)]
    [InlineData("GET", "/context/", 404)]
    [InlineData("POST", "/context/k", 405)]
    [InlineData("DELETE", "/stats", 405)]
    [InlineData("OPTIONS", "/context/k", 405)]
    [InlineData("GET", "/agents//topics", 404)]
    public async Task Request_OfNoRoute_IsTold(string verb, string target, int status)
    {
        var answer = await new HttpUser(server.Http, server.NewUser().Id).SendAsync(verb, target);

        Assert.Equal((status, "application/problem+json"), (answer.Status, answer.Headers["Content-Type"]));
        Assert.Equal(status == 405, answer.Headers.ContainsKey("Allow"));
    }

    [Theory]
    [InlineData("DELETE", "/context", null)]
    [InlineData("PUT", "/context", "1")]
    [InlineData("GET", "/context/k?view=none", null)]
    [InlineData("GET", "/context?topic=t", null)]
    [InlineData("GET", "/context?page_size=1&page_size=2", null)]
    [InlineData("GET", "/context/k?form=x", null)]
    [InlineData("GET", "/changes?start=later", null)]
    [InlineData("GET", "/changes?heartbeat=soon", null)]
    [InlineData("PUT", "/context/k?form=item", """{"value": 1, "key": "other"}""")]
    [InlineData("PUT", "/context/k?form=item", """{"value": 1, "valeu": 2}""")]
    [InlineData("PUT", "/context/k?form=item", """{"value": 1, "value": 2}""")]
    [InlineData("PUT", "/context/k?form=item", "[]")]
    [InlineData("PUT", "/context/k?form=item", """{"value": 1, "topics": "t"}""")]
    [InlineData("PUT", "/context/k?form=item", """{"value": 1, "topics": [1]}""")]
    [InlineData("PUT", "/context/k?form=item", """{"value": 1, "ttl": true}""")]
    [InlineData("PUT", "/context/k?form=item", """{"value": 1, "topics": ["\ud800"]}""")]
    [InlineData("PUT", "/context/k?form=item", """{"value": 1, "\ud800": 1}""")]
    [InlineData("POST", "/context:push", """{"as_agent": "a", "items": [{"key": "k", "value": 1}]}""")]
    [InlineData("POST", "/context:push", """{"request_id": "a", "items": [{"key": "k", "value": 1}]}""")]
    public async Task Request_WithAFaultInItsParts_IsRefusedWithTheField_AndChangesNothing(string verb, string target, string? body)
    {
        var user = server.NewUser();

        var answer = await new HttpUser(server.Http, user.Id).SendAsync(verb, target, body);

        Assert.Equal((400, "ARGUMENT_INVALID"), (answer.Status, answer.Reason));
        Assert.NotEmpty(answer.Json.GetProperty("field").GetString()!);
        Assert.False(server.HasStore(user.Id));
    }

    [Fact]
    public async Task Body_ThatIsNotUtf8_OrTooDeep_IsRefused()
    {
        var user = server.NewUser();
        byte[] value = [(byte)'"', 0xFF, (byte)'"'];
        var deep = string.Concat(Enumerable.Repeat('[', 200)) + string.Concat(Enumerable.Repeat(']', 200));

        var notText = await RawHttp.SendAsync(server.Http, "PUT", "/v1/context/k", value, $"user-id: {user.Id}");
        byte[] item = [.. "{\"value\":"u8, .. value, (byte)'}'];
        var notTextLong = await RawHttp.SendAsync(server.Http, "PUT", "/v1/context/k?form=item", item, $"user-id: {user.Id}");
        var tooDeep = await new HttpUser(server.Http, user.Id).PutAsync("/context/k?form=item", $$"""{"value": {{deep}}}""");

        Assert.Equal(("JSON_INVALID", "MESSAGE_MALFORMED"), (notText.Reason, notTextLong.Reason));
        Assert.Equal("MESSAGE_MALFORMED", tooDeep.Reason);
        Assert.False(server.HasStore(user.Id));
    }

    [Fact]
    public async Task Body_WithTooManyParts_IsRefusedBeforeItTakesMemory()
    {
        var user = new HttpUser(server.Http, server.NewUser().Id);
        var body = $$"""{"items": [{{string.Join(',', Enumerable.Repeat("{}", 300_000))}}]}""";

        var answer = await user.PostAsync("/context:push", body);

        Assert.Equal((413, "REQUEST_TOO_LARGE"), (answer.Status, answer.Reason));
        Assert.Equal("250000", answer.Json.GetProperty("metadata").GetProperty("limit").GetString());
    }

    // The body is never sent, so that the test hangs when the server waits for it.
    [Theory]
    [InlineData("user-id: ../x", 10, 400)]
    [InlineData("user-id: alice", 3_407_873, 413)]
    public async Task Request_ThatItsHeadersRefuse_IsAnsweredBeforeItsBody(string user, long length, int status)
    {
        var head = $"PUT /v1/context/k HTTP/1.1\r\nHost: {server.Http.Authority}\r\n{user}\r\nContent-Length: {length}\r\n" +
            "Connection: close\r\nExpect: 100-continue\r\n\r\n";

        var answer = await RawHttp.SendBytesAsync(server.Http, Encoding.ASCII.GetBytes(head));

        Assert.Equal((status, "application/problem+json"), (answer.Status, answer.Headers["Content-Type"]));
    }

    [Fact]
    public async Task Body_InChunksThatSayNoLength_IsBoundedAsWell()
    {
        var user = server.NewUser();
        var chunk = $"10000\r\n{new string(' ', 0x10000)}\r\n";
        var head = $"PUT /v1/context/k HTTP/1.1\r\nHost: {server.Http.Authority}\r\nuser-id: {user.Id}\r\nTransfer-Encoding: chunked\r\n" +
            "Connection: close\r\n\r\n";

        var fits = await RawHttp.SendBytesAsync(server.Http, Encoding.ASCII.GetBytes($"{head}{chunk}1\r\n1\r\n0\r\n\r\n"));
        var tooLarge = await RawHttp.SendBytesAsync(
            server.Http, Encoding.ASCII.GetBytes($"{head}{string.Concat(Enumerable.Repeat(chunk, 60))}0\r\n\r\n"));
        var broken = await RawHttp.SendBytesAsync(server.Http, Encoding.ASCII.GetBytes($"{head}xyz\r\n1\r\n0\r\n\r\n"));

        Assert.Equal((200, 413, 400), (fits.Status, tooLarge.Status, broken.Status));
        Assert.Equal("REQUEST_TOO_LARGE", tooLarge.Reason);
        Assert.Equal(new string(' ', 0x10000) + "1", await user.ValueAsync("k"));
    }

    [Fact]
    public async Task Body_ThatDoesNotArrive_EndsWithItsTime()
    {
        await using var own = await TestServer.StartAsync("--Connections:BodyTimeout=00:00:01");
        var head = $"PUT /v1/context/k HTTP/1.1\r\nHost: {own.Http.Authority}\r\nuser-id: alice\r\nContent-Length: 10\r\n" +
            "Connection: close\r\n\r\n1";

        var answer = await RawHttp.SendBytesAsync(own.Http, Encoding.ASCII.GetBytes(head));

        Assert.Equal(408, answer.Status);
        Assert.False(own.HasStore("alice"));
    }

    [Theory]
    [InlineData("Host: evil.example", 400)]
    [InlineData("Host: localhost.evil.example", 400)]
    [InlineData("Origin: http://evil.example", 403)]
    [InlineData("Origin: null", 403)]
    public async Task Request_OfAForeignPage_IsRefused(string header, int status)
    {
        var user = server.NewUser();

        foreach (var target in (string[])["/context/k", "/context:clear", "/agents/a/tools/push_context:call"])
        {
            var verb = target == "/context/k" ? "PUT" : "POST";
            Assert.Equal(status, (await new HttpUser(server.Http, user.Id).SendAsync(verb, target, "1", header)).Status);
        }

        Assert.False(server.HasStore(user.Id));
    }
}
