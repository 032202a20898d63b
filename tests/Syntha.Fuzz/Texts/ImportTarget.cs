using System.Security.Cryptography;
using Syntha.Fuzz.Engine;
using Syntha.Mesh.Moving;
using Syntha.Mesh.State;
using Syntha.Mesh.Values;

namespace Syntha.Fuzz.Texts;

/// <summary>
/// Lines of an export, with a trailer that confirms them. What an import accepts could have been pushed, and its export is imported as the
/// same.
/// </summary>
internal sealed class ImportTarget : FuzzTarget
{
    private static readonly UserId Alice = UserIdRule.Default.Parse("alice");
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);
    private static readonly UserQuotas Quotas = new() { MaxItems = 100, MaxBytes = 1024 * 1024, MaxAgents = 10, MaxTopics = 100 };

    public override string Name => "import";

    public override void Run(byte[] input)
    {
        if (Import(Confirm(input)) is not { } first)
        {
            return;
        }

        var (revision, agents, items) = first;
        Demand(items.Select(item => item.Key).Distinct().Count() == items.Count, "A key is imported twice.");
        Demand(items.Zip(items.Skip(1)).All(pair => pair.First.Place < pair.Second.Place), "Items are out of their order.");
        Demand(agents.Select(agent => agent.Name).Distinct().Count() == agents.Count, "An agent is imported twice.");
        foreach (var item in items)
        {
            JsonText.Check(item.ValueJson, ItemLimits.MaxValueBytes);
            Demand(ContextKey.Parse(item.Key.Value) == item.Key, "A key is not one that a push takes.");
            Demand(item.Place.Revision >= 1 && item.Place.Revision <= revision, "An item lies beyond the revision.");
            Demand(item.IsLive(Now), "An item is imported that has expired.");
        }

        var state = MeshState.Load(new StoredMesh(new Position("e", revision), revision + 1, items, [], agents));
        var export = MeshExport.Write(state, Alice, Now).SelectMany(piece => piece.ToArray()).ToArray();
        var second = Import(export);
        Demand(second is not null, "The export of what was imported is refused.");
        Demand(second!.Value.Items.SequenceEqual(items, SameItem.Instance), "The export of what was imported has other items.");
        Demand(
            second.Value.Agents.OrderBy(agent => agent.Name.Value, StringComparer.Ordinal)
                .SequenceEqual(agents.OrderBy(agent => agent.Name.Value, StringComparer.Ordinal)),
            "The export of what was imported has other agents.");
    }

    private static (long Revision, List<AgentRecord> Agents, List<ContextItem> Items)? Import(byte[] export)
    {
        var import = new MeshImport(Alice, allowsOtherUser: true, Quotas, Now);
        var (agents, items) = (new List<AgentRecord>(), new List<ContextItem>());
        try
        {
            foreach (var part in import.ReadAsync(Pieces(export), CancellationToken.None).ToBlockingEnumerable())
            {
                agents.AddRange(part.Agents);
                items.AddRange(part.Items);
            }
            return (import.Revision, agents, items);
        }
        catch (MeshException refusal)
        {
            Demand(
                refusal.Reason is ErrorReason.ExportInvalid or ErrorReason.QuotaItems or ErrorReason.QuotaBytes or ErrorReason.QuotaAgents
                    or ErrorReason.QuotaTopics,
                $"The refusal has another reason: {refusal.Reason}");
            return null;
        }
    }

    // The trailer of an attacker who knows the format.
    private static byte[] Confirm(byte[] input)
    {
        byte[] lines = input.Length > 0 && input[^1] != '\n' ? [.. input, (byte)'\n'] : input;
        var text = Encoding.UTF8.GetString(lines).Split('\n');
        var agents = text.Count(line => line.StartsWith("{\"agent\"", StringComparison.Ordinal));
        var items = text.Count(line => line.StartsWith("{\"item\"", StringComparison.Ordinal));
        var hash = Convert.ToHexStringLower(SHA256.HashData(lines));
        var trailer = $"{{\"trailer\":{{\"agents\":{agents},\"items\":{items},\"sha256\":\"{hash}\"}}}}\n";
        return [.. lines, .. Encoding.UTF8.GetBytes(trailer)];
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Pieces(byte[] export)
    {
        foreach (var piece in export.Chunk(97))
        {
            yield return piece;
        }

        await Task.CompletedTask;
    }

    private sealed class SameItem : IEqualityComparer<ContextItem>
    {
        public static SameItem Instance { get; } = new();

        public bool Equals(ContextItem? x, ContextItem? y) => TextOf(x!) == TextOf(y!);

        public int GetHashCode(ContextItem obj) => TextOf(obj).GetHashCode(StringComparison.Ordinal);

        private static string TextOf(ContextItem item) =>
            $"{item.Key} {item.ValueJson} {item.MetadataJson} {item.Place} {item.UpdatedAt:O} {item.ExpiresAt:O} {item.Readers.Author} " +
            $"{string.Join(' ', item.Readers.Topics)} {string.Join(' ', item.Readers.Subscribers)}";
    }
}
