using System.Text;
using Syntha.Storage.Encryption;

namespace Syntha.Storage.Log;

/// <summary>Collects whole commands of the log, up to a limit. Takes the rows of one query, in their order.</summary>
internal sealed class ChangePage(ILogRow row, StoreCipher? cipher, int sealedAt, int maxChanges, long maxBytes)
{
    private readonly ImmutableArray<Change>.Builder page = ImmutableArray.CreateBuilder<Change>();
    private readonly ChangeReader changes = new(row, cipher, sealedAt);
    private long bytes;

    /// <summary>Adds the current row. False: the row lies beyond the page, and the page is complete.</summary>
    public bool TryAdd()
    {
        var full = page.Count >= maxChanges || bytes >= maxBytes;
        // The place alone tells whether a command is complete, so the first row beyond the page is never decoded.
        if (page.Count > 0 && full && new StoredPlace(row.GetNumber(0)).Place.Revision != page[^1].Place.Revision)
        {
            return false;
        }

        var change = changes.Read();
        bytes += change.Item is { } item ? Encoding.UTF8.GetByteCount(item.ValueJson)
            : change.Claim is not null ? Encoding.UTF8.GetByteCount(row.GetValue(ChangeReader.ValueAt))
            : 0;
        page.Add(change);
        return true;
    }

    public ImmutableArray<Change> Complete() => page.DrainToImmutable();
}
