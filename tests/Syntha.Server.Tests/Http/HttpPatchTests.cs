namespace Syntha.Server.Tests.Http;

/// <summary>PATCH: the body's type says what it is, and every rule is that of the contract.</summary>
public sealed class HttpPatchTests(SharedServer server)
{
    private const string JsonPatch = "Content-Type: application/json-patch+json";
    private const string MergePatch = "Content-Type: application/merge-patch+json";
    private const string Json = "Content-Type: application/json";

    [Fact]
    public async Task Patch_OfEachKind_ChangesTheValue()
    {
        var user = server.NewUser();
        var http = new HttpUser(server.Http, user.Id);
        await http.PutAsync("/context/a/b", """{"n":1,"state":"open"}""");

        var patched = await http.SendAsync(
            "PATCH", "/context/a/b", """[{"op":"replace","path":"/state","value":"done"}]""", JsonPatch);
        var merged = await http.SendAsync("PATCH", "/context/a/b", """{"by":"Ann"}""", $"{MergePatch}; charset=utf-8");
        var counted = await http.SendAsync(
            "PATCH", "/context?key=a%2Fb", """{"increment":{"pointer":"/n","integer":9223372036854775806}}""", Json);

        Assert.Equal((200, 200, 200), (patched.Status, merged.Status, counted.Status));
        Assert.Equal(9223372036854775807, counted.Json.GetProperty("result").GetInt64());
        Assert.Equal("""{"n":9223372036854775807,"state":"done","by":"Ann"}""", await user.ValueAsync("a/b"));
    }

    [Fact]
    public async Task Patch_ThatDoesNotApply_IsAConflictThatSaysWhere()
    {
        var user = server.NewUser();
        var http = new HttpUser(server.Http, user.Id);
        await http.PutAsync("/context/k", """{"state":"open"}""");

        var failed = await http.SendAsync("PATCH", "/context/k", """[{"op":"test","path":"/state","value":"done"}]""", JsonPatch);
        var none = await http.SendAsync("PATCH", "/context/none", "[]", JsonPatch);
        var wrong = await http.SendAsync("PATCH", "/context/k", """[{"op":"grow","path":""}]""", JsonPatch);
        var untyped = await http.SendAsync("PATCH", "/context/k", "[]", "Content-Type: text/plain");

        Assert.Equal((409, "PATCH_FAILED"), (failed.Status, failed.Json.GetProperty("reason").GetString()));
        Assert.Equal("/state", failed.Json.GetProperty("metadata").GetProperty("path").GetString());
        Assert.Equal((409, "PATCH_FAILED"), (none.Status, none.Json.GetProperty("reason").GetString()));
        Assert.Equal((400, "PATCH_INVALID"), (wrong.Status, wrong.Json.GetProperty("reason").GetString()));
        Assert.Equal("patch.operations_json", wrong.Json.GetProperty("field").GetString());
        Assert.Equal((400, "Content-Type"), (untyped.Status, untyped.Json.GetProperty("field").GetString()));
        Assert.Equal("""{"state":"open"}""", await user.ValueAsync("k"));
    }

    [Fact]
    public async Task Patch_WithGuardAndId_IsTheContractsGuardAndId()
    {
        var user = server.NewUser();
        var http = new HttpUser(server.Http, user.Id);
        await http.PutAsync("/context/k", "1");
        var tag = (await http.GetAsync("/context/k")).Headers["ETag"];
        var id = $"Idempotency-Key: {Guid.NewGuid()}";

        var first = await http.SendAsync("PATCH", "/context/k", """{"increment":{"integer":1}}""", Json, $"If-Match: {tag}", id);
        var again = await http.SendAsync("PATCH", "/context/k", """{"increment":{"integer":1}}""", Json, $"If-Match: {tag}", id);
        var late = await http.SendAsync("PATCH", "/context/k", """{"increment":{"integer":1}}""", Json, $"If-Match: {tag}");

        Assert.Equal((200, 200, 412), (first.Status, again.Status, late.Status));
        Assert.True(again.Json.GetProperty("replayed").GetBoolean());
        Assert.Equal("2", await user.ValueAsync("k"));
    }

    [Fact]
    public async Task PatchAndCommit_AsAnAgent_AreThatAgents()
    {
        var user = server.NewUser();
        var http = new HttpUser(server.Http, user.Id);
        await http.PutAsync("/context/secret?subscribers=Ann", "1");

        var hidden = await http.SendAsync("PATCH", "/agents/Bob/context/secret", """{"increment":{"integer":1}}""", Json);
        var seen = await http.SendAsync("PATCH", "/agents/Ann/context/secret", """{"increment":{"integer":1}}""", Json);
        var commit = await http.PostAsync(
            "/agents/Bob/context:commit", """{"operations":[{"push":{"key":"own","value":[1]}},{"remove":{"key":"secret"}}]}""", Json);

        Assert.Equal((409, 200, 200), (hidden.Status, seen.Status, commit.Status));
        Assert.False(commit.Json.GetProperty("results")[1].GetProperty("removed").GetBoolean());
        Assert.Equal(("2", "Bob"), (await user.ValueAsync("secret"), (await user.FindAsync("own"))!.Author));
    }
}
