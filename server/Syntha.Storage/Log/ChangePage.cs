using System.Text;
using Syntha.Storage.Encryption;

namespace Syntha.Storage.Log;

/// <summary>Puts whole commands of the log together, up to a limit. For the rows of one query, in their order.</summary>
internal sealed class ChangePage(ILogRow row, StoreCipher? cipher, int sealedAt, int maxChanges, long maxBytes)
{
    private readonly ImmutableArray<Change>.Builder page = ImmutableArray.CreateBuilder<Change>();
    private readonly ChangeReader changes = new(row, cipher, sealedAt);
    private long bytes;

    /// <summary>Adds the row on which the reader stands. False: it lies beyond the page, which is complete.</summary>
    public bool TryAdd()
    {
        var full = page.Count >= maxChanges || bytes >= maxBytes;
        // The place alone tells whether a command is complete, so that the first row beyond the page is not turned into a change.
        if (page.Count > 0 && full && new StoredPlace(row.GetNumber(0)).Place.Revision != page[^1].Place.Revision)
        {
            return false;
        }

        var change = changes.Read();
        bytes += change.Item is { } item ? Encoding.UTF8.GetByteCount(item.ValueJson) : 0;
        page.Add(change);
        return true;
    }

    public ImmutableArray<Change> Complete() => page.DrainToImmutable();
}
