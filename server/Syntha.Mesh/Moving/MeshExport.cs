using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Syntha.Mesh.Access;
using Syntha.Mesh.State;

namespace Syntha.Mesh.Moving;

/// <summary>
/// Writes a user's mesh as one self-describing text of JSON lines, piece by piece, as of one revision. The state is immutable, so a slow
/// reader delays no other caller and misses nothing. Expired items and the log are not exported. The room Moving exports and imports
/// meshes. It uses Quotas, State, Stores and the rooms below them.
/// </summary>
internal static class MeshExport
{
    private const int PieceBytes = 256 * 1024;

    private static readonly byte[] LineEnd = [(byte)'\n'];

    public static IEnumerable<ReadOnlyMemory<byte>> Write(MeshState state, UserId user, DateTimeOffset now)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new ArrayBufferWriter<byte>(PieceBytes);
        var (agents, items) = (0L, 0L);
        foreach (var line in Lines(state, user, now))
        {
            agents += line.Agent is null ? 0 : 1;
            items += line.Item is null ? 0 : 1;
            Append(buffer, line);
            if (buffer.WrittenCount < PieceBytes)
            {
                continue;
            }

            hash.AppendData(buffer.WrittenSpan);
            foreach (var piece in Cut(buffer))
            {
                yield return piece;
            }
        }
        hash.AppendData(buffer.WrittenSpan);
        Append(buffer, new(Trailer: new(agents, items, Convert.ToHexStringLower(hash.GetHashAndReset()))));
        foreach (var piece in Cut(buffer))
        {
            yield return piece;
        }
    }

    private static IEnumerable<ExportLine> Lines(MeshState state, UserId user, DateTimeOffset now)
    {
        var position = state.Position;
        yield return new(Header: new(ExportLine.Format, ExportLine.Version, user.Value, position.Epoch, position.Revision, now));
        foreach (var agent in state.Agents.Values.OrderBy(agent => agent.Name))
        {
            yield return new(Agent: Line(agent));
        }

        foreach (var item in state.Items.Values.Where(item => item.IsLive(now)).OrderBy(item => item.Place))
        {
            yield return new(Item: Line(item));
        }
    }

    private static ExportLine.AgentLine Line(AgentRecord agent) => new(
        agent.Name.Value,
        [.. agent.Subscriptions.Select(subscription =>
            new ExportLine.SubscriptionPart(subscription.Topic.Value, subscription.Since.Revision, subscription.Since.Index))],
        agent.Permissions is { } given
            ? new([.. given.Topics.Select(topic => topic.Value)], given.MayPostGlobal, given.MayPostDirect)
            : null,
        agent.Access is { } access
            ? new(
                access.Role,
                access.HasPredefinedRole || access.Role is null ? null : [.. ToolNames.NamesOf(access.RoleTools)],
                access.Allowed is { } allowed ? [.. ToolNames.NamesOf(allowed)] : null,
                access.Denied == ToolSet.None ? null : [.. ToolNames.NamesOf(access.Denied)],
                access.MayReadPast ? true : null)
            : null);

    private static ExportLine.ItemLine Line(ContextItem item) => new(
        item.Key.Value,
        item.ValueJson,
        item.Place.Revision,
        item.Place.Index,
        item.UpdatedAt,
        item.ExpiresAt,
        item.MetadataJson,
        item.Readers.Author?.Value,
        item.Readers.Topics.IsEmpty ? null : [.. item.Readers.Topics.Select(topic => topic.Value)],
        item.Readers.Subscribers.IsEmpty ? null : [.. item.Readers.Subscribers.Select(agent => agent.Value)]);

    private static void Append(ArrayBufferWriter<byte> buffer, ExportLine line)
    {
        using (var writer = new Utf8JsonWriter(buffer, new() { Encoder = ExportJson.Relaxed.Options.Encoder }))
        {
            JsonSerializer.Serialize(writer, line, ExportJson.Relaxed.ExportLine);
        }

        buffer.Write(LineEnd);
    }

    // A line may be longer than a piece.
    private static List<ReadOnlyMemory<byte>> Cut(ArrayBufferWriter<byte> buffer)
    {
        ReadOnlyMemory<byte> written = buffer.WrittenSpan.ToArray();
        buffer.ResetWrittenCount();
        var pieces = new List<ReadOnlyMemory<byte>>();
        for (; written.Length > PieceBytes; written = written[PieceBytes..])
        {
            pieces.Add(written[..PieceBytes]);
        }

        pieces.Add(written);
        return pieces;
    }
}
