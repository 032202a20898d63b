using System.Text.Json.Nodes;

using Syntha.Client;
using Syntha.Examples.UserIsolation.Python;

namespace Syntha.Examples.UserIsolation;

/// <summary>The seed's second program: the application at work for alice, bob and charlie.</summary>
internal static class MultiUserExample
{
    internal static async Task RunAsync(SynthaClient client, TextWriter output, CancellationToken cancellationToken)
    {
        var app = new MultiUserApp(client, output);
        await output.WriteLineAsync("🏢 Multi-User Application Started");
        try
        {
            await DemonstrateIsolationAsync(app, output, cancellationToken);

            await output.WriteLineAsync("\n📊 Application Stats:");
            await output.WriteLineAsync(PythonJson.Dumps(app.GetUserStats()));
        }
        finally
        {
            await app.CleanupAsync();
        }
    }

    private static async Task DemonstrateIsolationAsync(MultiUserApp app, TextWriter output, CancellationToken cancellationToken)
    {
        await output.WriteLineAsync("\n🔒 Demonstrating User Isolation");
        await output.WriteLineAsync(new string('=', 40));

        var alice = await app.CreateUserSessionAsync("alice", cancellationToken);
        var bob = await app.CreateUserSessionAsync("bob", cancellationToken);
        await app.CreateUserSessionAsync("charlie", cancellationToken);
        await AddDifferentDataAsync(app, cancellationToken);

        foreach (var (name, userId) in new[] { ("Alice", "alice"), ("Bob", "bob"), ("Charlie", "charlie") })
        {
            await output.WriteLineAsync($"\n👤 {name}'s Data:");
            await output.WriteLineAsync(PythonJson.Dumps(await app.UserActionAsync(userId, "get_summary", [], cancellationToken)));
        }

        await output.WriteLineAsync("\n🔍 Isolation Verification:");
        var aliceKeys = await alice.ListContextKeysAsync(cancellationToken);
        var bobKeys = await bob.ListContextKeysAsync(cancellationToken);
        await output.WriteLineAsync($"Alice can see keys: {PythonRepr.OfList(aliceKeys)}");
        await output.WriteLineAsync($"Bob can see keys: {PythonRepr.OfList(bobKeys)}");
        // The keys are the same, and the data differ: each user chose these names.
        await output.WriteLineAsync($"Key overlap: {PythonRepr.OfSet(aliceKeys.Intersect(bobKeys, StringComparer.Ordinal))}");

        try
        {
            var aliceConversations = await alice.GetContextAsync<JsonArray>("conversations", cancellationToken);
            var bobConversations = await bob.GetContextAsync<JsonArray>("conversations", cancellationToken);
            await output.WriteLineAsync($"\nAlice conversation count: {aliceConversations?.Count}");
            await output.WriteLineAsync($"Bob conversation count: {bobConversations?.Count}");
            await output.WriteLineAsync("✅ Each user sees only their own conversations");
        }
        catch (SynthaException exception)
        {
            await output.WriteLineAsync($"❌ Isolation error: {exception.Message}");
        }
    }

    private static async Task AddDifferentDataAsync(MultiUserApp app, CancellationToken cancellationToken)
    {
        await app.UserActionAsync(
            "alice", "update_preferences", new() { ["theme"] = "dark", ["language"] = "English" }, cancellationToken);
        await app.UserActionAsync(
            "alice",
            "add_conversation",
            new() { ["message"] = "Hello, I need help with Python", ["response"] = "I'd be happy to help with Python!" },
            cancellationToken);

        await app.UserActionAsync(
            "bob", "update_preferences", new() { ["theme"] = "light", ["language"] = "Spanish" }, cancellationToken);
        await app.UserActionAsync(
            "bob",
            "add_conversation",
            new() { ["message"] = "Hola, necesito ayuda", ["response"] = "¡Claro! ¿En qué puedo ayudarte?" },
            cancellationToken);

        await app.UserActionAsync(
            "charlie",
            "add_conversation",
            new() { ["message"] = "What's the weather?", ["response"] = "I'll check the weather for you." },
            cancellationToken);
    }
}
