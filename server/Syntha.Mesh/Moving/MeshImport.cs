using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using Syntha.Mesh.Quotas;
using Syntha.Mesh.Stores;

namespace Syntha.Mesh.Moving;

/// <summary>
/// Reads an export, part by part. Nothing in it is trusted: names and values must pass the checks of a push, and the trailer must confirm
/// all that was read before it. For one reader, once.
/// </summary>
/// <param name="user">The user that gets the store.</param>
/// <param name="allowsOtherUser">Whether it may be the export of another user.</param>
/// <param name="quotas">What the user may hold.</param>
/// <param name="now">Items that have expired by then are left out.</param>
public sealed class MeshImport(UserId user, bool allowsOtherUser, UserQuotas quotas, DateTimeOffset now)
{
    private const int MaxItemsPerPart = 1_000;
    private const long MaxBytesPerPart = 1024 * 1024;

    private readonly HashSet<ContextKey> keys = [];
    private readonly HashSet<AgentName> agentNames = [];
    private readonly HashSet<TopicName> topics = [];
    private readonly List<AgentRecord> agents = [];
    private readonly List<ContextItem> items = [];
    private ImportedLines? lines;
    private long itemLines;
    private long partBytes;

    /// <summary>The revision of the export, which becomes the revision of the new store.</summary>
    public long Revision => lines?.Revision ?? 0;

    /// <summary>The number of items that were read.</summary>
    public long Items { get; private set; }

    /// <summary>The bytes of these items.</summary>
    public long Bytes { get; private set; }

    /// <param name="pieces">The export's bytes, in pieces of any size.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="MeshException">EXPORT_INVALID, QUOTA_ITEMS, QUOTA_BYTES, QUOTA_AGENTS, QUOTA_TOPICS.</exception>
    public async IAsyncEnumerable<MeshPart> ReadAsync(
        IAsyncEnumerable<ReadOnlyMemory<byte>> pieces, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (number, isComplete) = (0L, false);
        await foreach (var text in ExportLines.ReadAsync(pieces, cancellationToken))
        {
            number++;
            if (isComplete)
            {
                throw Invalid(number, "the export has ended before it");
            }

            var line = Parse(text.Span, number);
            if (line.Trailer is { } trailer)
            {
                Confirm(trailer, hash.GetHashAndReset(), number);
                isComplete = true;
                continue;
            }
            hash.AppendData(text.Span);
            Read(line, number);
            if (items.Count + agents.Count >= MaxItemsPerPart || partBytes >= MaxBytesPerPart)
            {
                yield return TakePart();
            }
        }
        if (!isComplete)
        {
            throw new MeshException(ErrorReason.ExportInvalid, "The export has no trailer, so it is incomplete.");
        }

        if (agents.Count + items.Count > 0)
        {
            yield return TakePart();
        }
    }

    /// <summary>The refusal of an import for a user who has a store.</summary>
    public static MeshException UserExists() =>
        new(ErrorReason.UserExists, "The user has a store already. Allow the import to replace it, or erase the user first.");

    private static ExportLine Parse(ReadOnlySpan<byte> text, long number)
    {
        try
        {
            var line = JsonSerializer.Deserialize(text, ExportJson.Relaxed.ExportLine);
            object?[] parts = [line?.Header, line?.Agent, line?.Item, line?.Trailer];
            return parts.Count(part => part is not null) == 1 ? line! : throw Invalid(number, "it is not a header, agent, item or trailer");
        }
        catch (JsonException)
        {
            throw Invalid(number, "an export of this version has no such line");
        }
    }

    private void Read(ExportLine line, long number)
    {
        if ((lines is null) != (line.Header is not null))
        {
            throw Invalid(number, lines is null ? "an export begins with its header" : "there is a second header");
        }

        try
        {
            if (line.Header is { } header)
            {
                lines = ImportedLines.Of(header, user, allowsOtherUser);
            }
            else if (line.Agent is { } agent)
            {
                Add(lines!.Agent(agent));
            }
            else
            {
                Add(lines!.Item(line.Item!));
            }
        }
        catch (MeshException refusal) when (refusal.Reason != ErrorReason.ExportUserMismatch && !refusal.Metadata.ContainsKey("quota"))
        {
            throw Invalid(number, refusal.Message);
        }
    }

    private void Add(AgentRecord agent)
    {
        if (!agentNames.Add(agent.Name))
        {
            throw new MeshException(ErrorReason.ExportInvalid, "the agent occurs twice");
        }

        topics.UnionWith(agent.Topics);
        agents.Add(agent);
        Demand();
    }

    private void Add(ContextItem item)
    {
        itemLines++;
        if (!keys.Add(item.Key))
        {
            throw new MeshException(ErrorReason.ExportInvalid, "the key occurs twice");
        }

        if (!item.IsLive(now))
        {
            return;
        }

        Items++;
        Bytes += item.Bytes;
        partBytes += item.Bytes;
        topics.UnionWith(item.Readers.Topics);
        items.Add(item);
        Demand();
    }

    private void Demand() => QuotaCheck.Demand(quotas, Items, Bytes, agentNames.Count, topics.Count);

    private MeshPart TakePart()
    {
        var part = new MeshPart([.. agents], [.. items]);
        agents.Clear();
        items.Clear();
        partBytes = 0;
        return part;
    }

    private void Confirm(ExportLine.TrailerLine trailer, byte[] hash, long number)
    {
        if (lines is null)
        {
            throw Invalid(number, "an export begins with its header");
        }

        if (trailer.Agents != agentNames.Count || trailer.Items != itemLines)
        {
            throw Invalid(number, "the trailer counts another number of agents or items");
        }

        if (!string.Equals(trailer.Sha256, Convert.ToHexStringLower(hash), StringComparison.Ordinal))
        {
            throw Invalid(number, "the checksum does not fit the lines before it");
        }
    }

    private static MeshException Invalid(long number, string why)
    {
        var line = number.ToString(CultureInfo.InvariantCulture);
        return new(ErrorReason.ExportInvalid, $"Line {line} of the export is refused: {why}") { Metadata = { ["line"] = line } };
    }
}
