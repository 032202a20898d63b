using System.Text.Json.Nodes;

using Syntha.Client;
using Syntha.Examples.UserIsolation.Python;

namespace Syntha.Examples.UserIsolation;

/// <summary>The seed's first program: two users, the same key, different data.</summary>
internal static class BasicExample
{
    internal static async Task RunAsync(SynthaClient client, TextWriter output, CancellationToken cancellationToken)
    {
        // Separate context meshes for different users, and a handler for each.
        var aliceAssistant = new ToolHandler(client.ForUser("alice"), "PersonalAssistant");
        var bobAssistant = new ToolHandler(client.ForUser("bob"), "PersonalAssistant");

        // Each user stores data of their own under the same key.
        await aliceAssistant.PushContextAsync(
            "preferences",
            new JsonObject { ["theme"] = "dark", ["language"] = "English", ["notifications"] = true },
            cancellationToken: cancellationToken);
        await bobAssistant.PushContextAsync(
            "preferences",
            new JsonObject { ["theme"] = "light", ["language"] = "Spanish", ["notifications"] = false },
            cancellationToken: cancellationToken);

        // Users only see their own data.
        var alicePreferences = await aliceAssistant.GetContextAsync<JsonNode>("preferences", cancellationToken);
        var bobPreferences = await bobAssistant.GetContextAsync<JsonNode>("preferences", cancellationToken);
        await output.WriteLineAsync($"Alice preferences: {PythonRepr.Of(alicePreferences)}");
        await output.WriteLineAsync($"Bob preferences: {PythonRepr.Of(bobPreferences)}");

        try
        {
            var aliceKeys = await aliceAssistant.ListContextKeysAsync(cancellationToken);
            await output.WriteLineAsync($"Alice can see keys: {PythonRepr.OfList(aliceKeys)}");
        }
        catch (SynthaException exception)
        {
            await output.WriteLineAsync($"Isolation enforced: {exception.Message}");
        }
    }
}
