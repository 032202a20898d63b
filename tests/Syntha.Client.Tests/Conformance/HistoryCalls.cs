using System.Text.Json.Nodes;

namespace Syntha.Client.Tests.Conformance;

/// <summary>The calls about the past.</summary>
internal static class HistoryCalls
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    internal static async Task<JsonObject> ListVersionsAsync(ContextMesh mesh, Given given)
    {
        var versions = new JsonArray();
        await foreach (var version in mesh.ListVersionsAsync(given.Key, given.AgentName, given.Count("pageSize") ?? 0, Token))
        {
            versions.Add((JsonNode)new JsonObject
            {
                ["position"] = Telling.Of(version.Position),
                ["index"] = version.Index,
                ["commitTime"] = version.Time,
                ["kind"] = Kind(version.Kind),
                ["author"] = version.Author,
                ["item"] = Item(version.Item),
                ["redacted"] = version.IsRedacted,
                ["redactedRevision"] = version.RedactedRevision is { } redacted ? Telling.Number(redacted) : null,
            });
        }

        return new() { ["versions"] = versions };
    }

    internal static async Task<JsonObject> DiffPositionsAsync(ContextMesh mesh, Given given)
    {
        var differences = new JsonArray();
        await foreach (var one in mesh.DiffAsync(given.Position("from")!.Value, given.Position("to"), given.ListFilter, Token))
        {
            differences.Add((JsonNode)new JsonObject
            {
                ["key"] = one.Key,
                ["kind"] = Kind(one.Kind),
                ["before"] = Item(one.Before),
                ["after"] = Item(one.After),
            });
        }

        return new() { ["differences"] = differences };
    }

    private static string Kind(ChangeKind kind) => $"CHANGE_KIND_{Telling.Constant(kind.ToString())}";

    private static JsonObject? Item(ContextItem? item) => item is null ? null : Telling.Of(item);
}
