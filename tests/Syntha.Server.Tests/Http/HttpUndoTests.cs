namespace Syntha.Server.Tests.Http;

/// <summary>Undo and redact over HTTP: the same messages, and the statuses of their reasons.</summary>
public sealed class HttpUndoTests(SharedServer server)
{
    [Fact]
    public async Task PlanUndoRedact_AreTheCallsOfTheContract()
    {
        var user = server.NewUser();
        var http = new HttpUser(server.Http, user.Id);
        await user.PushAsync("k", "1");
        await user.PushAsync("k", "2", agent: "a");
        var position = await user.PositionAsync();
        var scope = $$"""{"command": {"epoch": "{{position.Epoch}}", "revision": 2} }""";
        var plan = $$"""{"epoch": "{{position.Epoch}}", "revision": 2}""";

        var planned = await http.SendAsync("POST", "/context:plan-undo", $$"""{"scope": {{scope}} }""", "Content-Type: application/json");
        var undone = await http.SendAsync(
            "POST", "/context:undo", $$"""{"scope": {{scope}}, "plan_position": {{plan}} }""", "Content-Type: application/json");
        var outdated = await http.SendAsync(
            "POST", "/context:undo", $$"""{"scope": {{scope}}, "plan_position": {{plan}} }""", "Content-Type: application/json");
        var redacted = await http.SendAsync(
            "POST", "/context:redact", $$"""{"key": "k", "version": {{plan}} }""", "Content-Type: application/json");
        var gone = await http.SendAsync("GET", $"/context/k?epoch={position.Epoch}&revision=2");
        var past = await http.SendAsync(
            "POST", "/agents/a/context:plan-undo", $$"""{"scope": {{scope}} }""", "Content-Type: application/json");

        Assert.Equal(200, planned.Status);
        var one = planned.Json.GetProperty("undos")[0];
        Assert.Equal(("k", "updated"), (one.GetProperty("key").GetString(), one.GetProperty("kind").GetString()));
        Assert.Equal((200, 1), (undone.Status, undone.Json.GetProperty("undone").GetInt64()));
        Assert.Equal((412, "PLAN_OUTDATED"), (outdated.Status, outdated.Json.GetProperty("reason").GetString()));
        Assert.Equal((200, 1), (redacted.Status, redacted.Json.GetProperty("redacted_versions").GetInt64()));
        Assert.Equal((410, "VERSION_REDACTED"), (gone.Status, gone.Json.GetProperty("reason").GetString()));
        Assert.Equal((403, "PAST_NOT_ALLOWED"), (past.Status, past.Json.GetProperty("reason").GetString()));
        Assert.Equal("1", await user.ValueAsync("k"));
    }
}
