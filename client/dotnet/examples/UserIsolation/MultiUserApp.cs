using System.Text.Json.Nodes;

using Syntha.Client;
using Syntha.Examples.UserIsolation.Python;

namespace Syntha.Examples.UserIsolation;

/// <summary>
/// The seed's application: users with sessions, each in an isolated context of its own. Actions answer with an object, also when they
/// fail.
/// </summary>
internal sealed class MultiUserApp(SynthaClient client, TextWriter output)
{
    private readonly OrderedDictionary<string, (ContextMesh Mesh, ToolHandler Handler)> userSessions = new(StringComparer.Ordinal);

    /// <summary>Creates an isolated session for a user, or returns the one that exists.</summary>
    internal async Task<ToolHandler> CreateUserSessionAsync(string userId, CancellationToken cancellationToken)
    {
        if (userSessions.TryGetValue(userId, out var session))
        {
            await output.WriteLineAsync($"⚠️ User {userId} already has an active session");
            return session.Handler;
        }

        var mesh = client.ForUser(userId);
        var handler = new ToolHandler(mesh, $"Assistant_{userId}");
        userSessions.Add(userId, (mesh, handler));
        await InitializeUserDataAsync(handler, userId, cancellationToken);

        await output.WriteLineAsync($"✅ Created isolated session for user: {userId}");
        return handler;
    }

    /// <summary>Handles a user's action in their isolated context.</summary>
    internal async Task<JsonObject> UserActionAsync(string userId, string action, JsonObject data, CancellationToken cancellationToken)
    {
        if (!userSessions.TryGetValue(userId, out var session))
        {
            return new JsonObject { ["error"] = "User session not found" };
        }

        try
        {
            return action switch
            {
                "update_preferences" => await UpdatePreferencesAsync(session.Handler, data, cancellationToken),
                "add_conversation" => await AddConversationAsync(session.Handler, data, cancellationToken),
                "get_summary" => await GetSummaryAsync(session.Handler, userId, cancellationToken),
                "clear_history" => await ClearHistoryAsync(session.Handler, cancellationToken),
                _ => new JsonObject { ["error"] = $"Unknown action: {action}" },
            };
        }
        catch (Exception exception) when (exception is SynthaException or KeyNotFoundException)
        {
            return new JsonObject { ["error"] = exception.Message };
        }
    }

    /// <summary>Counts, and the ids of the users. It shows no user's data.</summary>
    internal JsonObject GetUserStats() => new()
    {
        ["total_users"] = userSessions.Count,
        ["active_sessions"] = userSessions.Count,
        ["user_ids"] = new JsonArray([.. userSessions.Keys.Select(id => JsonValue.Create(id))]),
    };

    /// <summary>Ends all sessions. The users' data stay.</summary>
    internal async Task CleanupAsync()
    {
        foreach (var (userId, (mesh, _)) in userSessions)
        {
            await mesh.DisposeAsync();
            await output.WriteLineAsync($"🧹 Cleaned up session for {userId}");
        }

        userSessions.Clear();
    }

    private static async Task InitializeUserDataAsync(ToolHandler handler, string userId, CancellationToken cancellationToken)
    {
        await handler.PushContextAsync(
            "profile",
            new JsonObject { ["user_id"] = userId, ["created_at"] = PythonTime.IsoNow(), ["status"] = "active" },
            cancellationToken: cancellationToken);
        await handler.PushContextAsync(
            "preferences",
            new JsonObject { ["theme"] = "light", ["language"] = "English", ["notifications"] = true, ["privacy_mode"] = true },
            cancellationToken: cancellationToken);
        await handler.PushContextAsync("conversations", new JsonArray(), topic: "chat_history", cancellationToken: cancellationToken);
    }

    private static async Task<JsonObject> UpdatePreferencesAsync(ToolHandler handler, JsonObject data, CancellationToken cancellationToken)
    {
        var preferences = await RequiredAsync<JsonObject>(handler, "preferences", cancellationToken);
        foreach (var (name, value) in data)
        {
            preferences[name] = value?.DeepClone();
        }

        await handler.PushContextAsync("preferences", preferences, cancellationToken: cancellationToken);
        return new JsonObject { ["success"] = true, ["preferences"] = preferences };
    }

    private static async Task<JsonObject> AddConversationAsync(ToolHandler handler, JsonObject data, CancellationToken cancellationToken)
    {
        var conversations = await RequiredAsync<JsonArray>(handler, "conversations", cancellationToken);
        conversations.Add(new JsonObject
        {
            ["timestamp"] = PythonTime.IsoNow(),
            ["message"] = (data["message"] ?? throw new KeyNotFoundException("'message'")).DeepClone(),
            ["response"] = data["response"]?.DeepClone() ?? "",
        });
        await handler.PushContextAsync("conversations", conversations, topic: "chat_history", cancellationToken: cancellationToken);
        return new JsonObject { ["success"] = true, ["conversation_count"] = conversations.Count };
    }

    private static async Task<JsonObject> GetSummaryAsync(ToolHandler handler, string userId, CancellationToken cancellationToken) => new()
    {
        ["user_id"] = userId,
        ["profile"] = await RequiredAsync<JsonObject>(handler, "profile", cancellationToken),
        ["preferences"] = await RequiredAsync<JsonObject>(handler, "preferences", cancellationToken),
        ["conversation_count"] = (await RequiredAsync<JsonArray>(handler, "conversations", cancellationToken)).Count,
        ["topics"] = new JsonArray([.. (await handler.ListTopicsAsync(cancellationToken)).Select(topic => JsonValue.Create(topic))]),
    };

    private static async Task<JsonObject> ClearHistoryAsync(ToolHandler handler, CancellationToken cancellationToken)
    {
        await handler.PushContextAsync("conversations", new JsonArray(), topic: "chat_history", cancellationToken: cancellationToken);
        return new JsonObject { ["success"] = true, ["message"] = "History cleared" };
    }

    private static async Task<T> RequiredAsync<T>(ToolHandler handler, string key, CancellationToken cancellationToken)
        where T : JsonNode =>
        await handler.GetContextAsync<T>(key, cancellationToken) ?? throw new KeyNotFoundException($"'{key}'");
}
