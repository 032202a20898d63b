using System.Text;

namespace Syntha.Mesh.Items;

/// <summary>
/// One key with its value, as its last writer left it. Immutable. The room Items holds what a mesh consists of: items, and what is stored
/// about agents. It uses Errors, Names and Access.
/// </summary>
public sealed record ContextItem
{
    public required ContextKey Key { get; init; }

    /// <summary>JSON text, exactly as pushed. If the item is redacted: <c>null</c>, which stands for nothing.</summary>
    public required string ValueJson { get; init; }

    /// <summary>
    /// Whether value and metadata were removed from history. Only items of the past can be, so whoever shows one must ask.
    /// </summary>
    public bool IsRedacted { get; init; }

    /// <summary>A JSON object with the writer's notes; null when there are none.</summary>
    public string? MetadataJson { get; init; }

    public required Readers Readers { get; init; }

    /// <summary>The place in the log where the item was written last. A revision guard compares with its revision.</summary>
    public required ChangePlace Place { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>From this moment on the item is absent for every operation. Null: it never expires.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public bool IsLive(DateTimeOffset now) => ExpiresAt is not { } deadline || now < deadline;

    /// <summary>The size of the item in statistics and quotas: the UTF-8 bytes of everything that its writer gave.</summary>
    public long Bytes
    {
        get
        {
            long bytes = Encoding.UTF8.GetByteCount(Key.Value) + Encoding.UTF8.GetByteCount(ValueJson);
            if (MetadataJson is not null)
            {
                bytes += Encoding.UTF8.GetByteCount(MetadataJson);
            }

            if (Readers.Author is { } author)
            {
                bytes += Encoding.UTF8.GetByteCount(author.Value);
            }

            foreach (var topic in Readers.Topics)
            {
                bytes += Encoding.UTF8.GetByteCount(topic.Value);
            }

            foreach (var subscriber in Readers.Subscribers)
            {
                bytes += Encoding.UTF8.GetByteCount(subscriber.Value);
            }

            return bytes;
        }
    }
}

/// <summary>
/// What remains of an item between its logged expiry and its purge. It is enough to count the item for those who could read it.
/// </summary>
/// <param name="Key">The key, which is free for a new item.</param>
/// <param name="Place">The place of the expiry in the log.</param>
/// <param name="Readers">The readers of the item before it expired.</param>
public sealed record ExpiredItem(ContextKey Key, ChangePlace Place, Readers Readers);
