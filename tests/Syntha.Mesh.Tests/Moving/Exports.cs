using System.Security.Cryptography;
using Syntha.Mesh.Moving;

namespace Syntha.Mesh.Tests.Moving;

/// <summary>Exports as text, and imports of them.</summary>
internal static class Exports
{
    public static readonly UserId Alice = TestRegistry.User("alice");

    public static string Of(TestMesh mesh) => Encoding.UTF8.GetString([.. mesh.Mesh.Export(Alice).SelectMany(piece => piece.ToArray())]);

    /// <summary>An export of these lines with a correct trailer, as an attacker who knows the format would make it.</summary>
    public static string Whole(params string[] lines)
    {
        var text = string.Concat(lines.Select(line => line + "\n"));
        var agents = lines.Count(line => line.StartsWith("{\"agent\"", StringComparison.Ordinal));
        var items = lines.Count(line => line.StartsWith("{\"item\"", StringComparison.Ordinal));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        return $"{text}{{\"trailer\":{{\"agents\":{agents},\"items\":{items},\"sha256\":\"{hash}\"}}}}\n";
    }

    public static string Header(string user = "alice", int version = 1, long revision = 9, string format = "syntha-user") =>
        $"{{\"header\":{{\"format\":\"{format}\",\"version\":{version},\"user\":\"{user}\"," +
        $"\"epoch\":\"e\",\"revision\":{revision},\"time\":\"2026-05-04T12:00:00+00:00\"}}}}";

    public static string Item(string key = "k", string value = "1", long revision = 1, int index = 0, string more = "") =>
        $"{{\"item\":{{\"key\":\"{key}\",\"value_json\":\"{value}\",\"revision\":{revision}," +
        $"\"index\":{index},\"updated_at\":\"2026-05-04T12:00:00+00:00\"{more}}}}}";

    public static string Agent(string name = "a", string topic = "t", string more = "") =>
        $"{{\"agent\":{{\"name\":\"{name}\",\"subscriptions\":[{{\"topic\":\"{topic}\",\"revision\":1,\"index\":0}}{more}]}}}}";

    public static Task<(List<AgentRecord> Agents, List<ContextItem> Items)> ImportAsync(
        string export,
        int pieceBytes = int.MaxValue,
        bool allowsOtherUser = false,
        UserQuotas? quotas = null,
        DateTimeOffset? now = null) =>
        ImportAsync(Encoding.UTF8.GetBytes(export), pieceBytes, allowsOtherUser, quotas, now);

    public static async Task<(List<AgentRecord> Agents, List<ContextItem> Items)> ImportAsync(
        byte[] export, int pieceBytes = int.MaxValue, bool allowsOtherUser = false, UserQuotas? quotas = null, DateTimeOffset? now = null)
    {
        var import = new MeshImport(Alice, allowsOtherUser, quotas ?? TestMesh.NoQuotas, now ?? TestMesh.Start);
        var (agents, items) = (new List<AgentRecord>(), new List<ContextItem>());
        await foreach (var part in import.ReadAsync(Cut(export, pieceBytes), CancellationToken.None))
        {
            agents.AddRange(part.Agents);
            items.AddRange(part.Items);
        }
        Assert.Equal((items.Count, items.Sum(item => item.Bytes)), (import.Items, import.Bytes));
        return (agents, items);
    }

    public static async Task<MeshException> RefusedAsync(Task import, ErrorReason reason = ErrorReason.ExportInvalid)
    {
        var refusal = await Assert.ThrowsAsync<MeshException>(() => import);
        Assert.Equal(reason, refusal.Reason);
        return refusal;
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Cut(byte[] export, int pieceBytes)
    {
        foreach (var piece in export.Chunk(pieceBytes))
        {
            await Task.Yield();
            yield return piece;
        }
    }
}
