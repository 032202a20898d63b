using System.Text.Json.Nodes;

using Syntha.Client;
using Syntha.Examples.UserIsolation.Python;

namespace Syntha.Examples.UserIsolation.Verification;

/// <summary>
/// Looks through the server. All users write under the same keys, with the same topic and the same agent's name. Each must then find all of
/// its own data and no data of another user.
/// </summary>
internal static class InsideCheck
{
    private const string Agent = "Auditor";
    private const string Topic = "vault";
    private const string SharedKey = "isolation_canary";
    private const string TopicKey = "isolation_canary_topic";
    private const string OwnKeyPrefix = "isolation_only_";

    internal static async Task RunAsync(
        SynthaClient client,
        IReadOnlyList<UserSecrets> everyone,
        Findings findings,
        CancellationToken cancellationToken)
    {
        // All write before the first one reads. If they shared a store, the last writer would win.
        foreach (var user in everyone)
        {
            var mesh = client.ForUser(user.UserId);
            await mesh.RegisterAgentTopicsAsync(Agent, [Topic], cancellationToken);
            var agent = mesh.ForAgent(Agent);
            await agent.PushContextAsync(SharedKey, user.Canary, cancellationToken: cancellationToken);
            await agent.PushContextAsync(TopicKey, user.Canary, topic: Topic, cancellationToken: cancellationToken);
            await agent.PushContextAsync(OwnKeyPrefix + user.UserId, user.Canary, cancellationToken: cancellationToken);
        }

        foreach (var user in everyone)
        {
            var mesh = client.ForUser(user.UserId);
            await CheckOwnDataAsync(mesh, user, findings, cancellationToken);
            await CheckForeignDataAsync(mesh, user, everyone, findings, cancellationToken);
        }
    }

    /// <summary>Removes the data of the check, so that a second run prints the same as the first.</summary>
    internal static async Task CleanUpAsync(SynthaClient client, IReadOnlyList<UserSecrets> everyone, CancellationToken cancellationToken)
    {
        foreach (var user in everyone)
        {
            var mesh = client.ForUser(user.UserId);
            foreach (var key in KeysOf(user))
            {
                await mesh.RemoveAsync(key, cancellationToken: cancellationToken);
            }

            await mesh.RegisterAgentTopicsAsync(Agent, [], cancellationToken);
        }
    }

    private static string[] KeysOf(UserSecrets user) => [SharedKey, TopicKey, OwnKeyPrefix + user.UserId];

    private static async Task CheckOwnDataAsync(ContextMesh mesh, UserSecrets user, Findings findings, CancellationToken cancellationToken)
    {
        var profile = await mesh.GetAsync<JsonObject>("profile", cancellationToken: cancellationToken);
        findings.Check(
            profile?["user_id"]?.GetValue<string>() == user.UserId, $"{user.UserId} reads a profile of their own", PythonRepr.Of(profile));

        var conversations = await mesh.GetAsync<JsonArray>("conversations", cancellationToken: cancellationToken);
        findings.Check(
            conversations?.ToJsonString().Contains(user.Phrase, StringComparison.Ordinal) == true && conversations.Count == 1,
            $"{user.UserId} reads the one conversation they had",
            PythonRepr.Of(conversations));

        var agent = mesh.ForAgent(Agent);
        foreach (var key in KeysOf(user))
        {
            var value = await agent.GetContextAsync<string>(key, cancellationToken);
            findings.Check(value == user.Canary, $"{user.UserId} reads back what they wrote under '{key}'", value ?? "nothing");
        }
    }

    private static async Task CheckForeignDataAsync(
        ContextMesh mesh,
        UserSecrets user,
        IReadOnlyList<UserSecrets> everyone,
        Findings findings,
        CancellationToken cancellationToken)
    {
        // The owner's view: everything that the server gives to this user.
        var items = new List<ContextItem>();
        await foreach (var item in mesh.ListAsync(cancellationToken: cancellationToken))
        {
            items.Add(item);
        }

        foreach (var other in everyone.Where(other => other != user))
        {
            var leaks = items
                .Where(item => item.Key == OwnKeyPrefix + other.UserId
                    || other.Texts.Any(text => item.ValueJson.Contains(text, StringComparison.Ordinal)))
                .Select(item => item.Key)
                .ToList();
            findings.Check(
                leaks.Count == 0,
                $"none of the {items.Count} items that {user.UserId} can see holds anything of {other.UserId}",
                PythonRepr.OfList(leaks));
        }

        var foreignRead = false;
        foreach (var other in everyone.Where(other => other != user))
        {
            foreignRead |= await mesh.ForAgent(Agent).HasContextAsync(OwnKeyPrefix + other.UserId, cancellationToken)
                || await mesh.ForAgent(Agent).RemoveContextAsync(OwnKeyPrefix + other.UserId, cancellationToken: cancellationToken);
        }

        findings.Check(!foreignRead, $"{user.UserId} can neither see nor remove keys that only others have", "one was there");
    }
}
