using System.Text.Json.Nodes;

using Syntha.Client;
using Syntha.Examples.UserIsolation.Python;

namespace Syntha.Examples.UserIsolation.Verification;

/// <summary>
/// Checks the actions that the seed's application has and its demonstration does not call. They get a user of their own, so that the other
/// users' data stay as the demonstration left them.
/// </summary>
internal static class ActionsCheck
{
    private const string User = "dora";

    internal static async Task RunAsync(SynthaClient client, Findings findings, CancellationToken cancellationToken)
    {
        var said = new StringWriter();
        var app = new MultiUserApp(client, said);
        Task<JsonObject> ActAsync(string user, string action, JsonObject data) =>
            app.UserActionAsync(user, action, data, cancellationToken);

        void Expect(string claim, JsonObject expected, JsonObject actual) =>
            findings.Check(JsonNode.DeepEquals(expected, actual), claim, PythonRepr.Of(actual));

        var first = await app.CreateUserSessionAsync(User, cancellationToken);
        var second = await app.CreateUserSessionAsync(User, cancellationToken);
        findings.Check(
            ReferenceEquals(first, second)
                && said.ToString().Contains($"⚠️ User {User} already has an active session", StringComparison.Ordinal),
            "a second session of a user is the first one",
            "another session was made");

        Expect(
            "add_conversation counts the conversations",
            new() { ["success"] = true, ["conversation_count"] = 1 },
            await ActAsync(User, "add_conversation", new() { ["message"] = "hi" }));
        Expect(
            "clear_history says so",
            new() { ["success"] = true, ["message"] = "History cleared" },
            await ActAsync(User, "clear_history", []));
        var summary = await ActAsync(User, "get_summary", []);
        findings.Check(
            JsonNode.DeepEquals(summary["conversation_count"], 0), "clear_history leaves no conversation", PythonRepr.Of(summary));
        Expect(
            "an unknown action is an error and not an exception",
            new() { ["error"] = "Unknown action: fly" },
            await ActAsync(User, "fly", []));
        Expect(
            "a user without a session gets no data",
            new() { ["error"] = "User session not found" },
            await ActAsync("nobody", "get_summary", []));
        await app.CleanupAsync();
    }
}
