namespace Syntha.Page.Items;

/// <summary>
/// Finds the key at a place of a long list without holding all keys. It holds where each block of about a thousand keys begins, and how
/// many keys are in it; the keys themselves only for the blocks in view. Changes move the counts. Not thread-safe: all calls come from one
/// context, also those that continue after a read.
/// </summary>
/// <param name="read">Reads a page of keys: its token, and how many keys it holds at most.</param>
internal sealed class ItemIndex(Func<string, int, CancellationToken, Task<KeyPage>> read)
{
    /// <summary>How many keys a block has when it is new.</summary>
    public const int BlockSize = 1_000;

    /// <summary>A block with more keys is split when it is read.</summary>
    public const int MaxBlock = 2_000;

    // Beyond it, keys of blocks out of view go. A block of common keys takes about 80 KiB.
    private const int MaxHeldKeys = 3_000;

    // So many changes while one page is read: more, and the page is read again.
    private const int MaxJournal = 10_000;

    private readonly List<ItemBlock> blocks = [];
    private readonly List<List<KeyChange>> journals = [];
    private long seen;

    /// <summary>How many keys the list has, as far as it is read.</summary>
    public int Count { get; private set; }

    /// <summary>Whether the list was read to its end.</summary>
    public bool IsComplete => blocks.Count > 0 && !blocks[^1].IsUnread;

    /// <summary>Whether a count is to be made sure.</summary>
    public bool IsDoubtful => blocks.Exists(static block => block.IsDoubtful);

    public int Blocks => blocks.Count;

    /// <summary>How many keys are held now.</summary>
    public int HeldKeys => blocks.Sum(static block => block.Keys?.Count ?? 0);

    /// <summary>Reads the first page, and forgets what was read before.</summary>
    /// <returns>When it was read. Changes after it are to be told to <see cref="Apply(KeyChange)"/>.</returns>
    public async Task<Position> OpenAsync(CancellationToken cancellationToken)
    {
        var whole = new ItemBlock("", null) { IsUnread = true };
        var journal = new List<KeyChange>();
        journals.Add(journal);
        try
        {
            var page = await GatherAsync(whole.Token, BlockSize, cancellationToken);
            blocks.Clear();
            blocks.Add(whole);
            Count = 0;
            Place(whole, page, journal, isHeld: true);
            return page.Position;
        }
        finally
        {
            journals.Remove(journal);
        }
    }

    /// <summary>Reads one more page of the rest, or makes one count sure.</summary>
    /// <returns>False: there is nothing to do.</returns>
    public async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        if (blocks.Find(static block => block.IsUnread || block.IsDoubtful) is not { } block)
        {
            return false;
        }

        await ReadAsync(block, isHeld: block.Keys is not null, cancellationToken);
        return true;
    }

    /// <returns>Null: the keys around the place are not held now, or there is no such place.</returns>
    public string? KeyAt(int index)
    {
        foreach (var block in blocks)
        {
            if (index < block.Count)
            {
                return block.Keys is { } keys && index >= 0 && index < keys.Count ? keys[index] : null;
            }

            index -= block.Count;
        }

        return null;
    }

    /// <returns>-1: the key is not in the list, or the keys around it are not held now.</returns>
    public int IndexOf(string key)
    {
        if (blocks.Count == 0)
        {
            return -1;
        }

        var at = Find(key);
        return blocks[at].Keys?.BinarySearch(key, KeyOrder.Instance) is >= 0 and var within
            ? blocks.Take(at).Sum(static block => block.Count) + within
            : -1;
    }

    /// <summary>Reads the keys of places that are not held, and lets others go.</summary>
    public async Task HoldAsync(int first, int count, CancellationToken cancellationToken)
    {
        var (start, end) = (Math.Max(0, first), Math.Min(first + count, Count));
        while (Missing(start, end) is { } block)
        {
            await ReadAsync(block, isHeld: true, cancellationToken);
            end = Math.Min(end, Count);
        }

        foreach (var block in blocks.Where(static block => block.Keys is not null).OrderBy(static block => block.Seen).ToList())
        {
            if (HeldKeys <= MaxHeldKeys || block.Seen == seen)
            {
                break;
            }

            block.Keys = null;
        }
    }

    /// <summary>Takes a change. Changes come in the order of their revisions.</summary>
    public void Apply(KeyChange change)
    {
        foreach (var journal in journals)
        {
            if (journal.Count <= MaxJournal)
            {
                journal.Add(change);
            }
        }

        if (blocks.Count == 0)
        {
            return;
        }

        var at = Find(change.Key);
        if (blocks[at] is { IsUnread: false } block && change.Revision > block.Revision)
        {
            Count += Apply(block, change);
            if (block.Count == 0)
            {
                Join(at, change.Revision);
            }
        }
    }

    // The first block of the places whose keys are not held. It marks those that are as seen.
    private ItemBlock? Missing(int start, int end)
    {
        seen++;
        var from = 0;
        foreach (var block in blocks)
        {
            if (from >= end)
            {
                break;
            }

            if (from + block.Count > start)
            {
                block.Seen = seen;
                if (block.Keys is null)
                {
                    return block;
                }
            }

            from += block.Count;
        }

        return null;
    }

    private async Task ReadAsync(ItemBlock block, bool isHeld, CancellationToken cancellationToken)
    {
        var token = block.Token;
        var journal = new List<KeyChange>();
        journals.Add(journal);
        try
        {
            // A little more than is known of, so that a page reaches the block's end in one read.
            var size = block.IsUnread || block.Count > MaxBlock ? BlockSize : Math.Clamp(block.Count + 50, 100, MaxBlock);
            var page = await GatherAsync(token, size, cancellationToken);
            // In the meantime the block may be gone, or begin elsewhere. Then the caller asks again.
            if (blocks.Contains(block) && block.Token == token && journal.Count <= MaxJournal)
            {
                Place(block, page, journal, isHeld);
            }
        }
        finally
        {
            journals.Remove(journal);
        }
    }

    // With a filter a page may hold few keys, or none, and yet not be the last one.
    private async Task<KeyPage> GatherAsync(string token, int size, CancellationToken cancellationToken)
    {
        var page = await read(token, size, cancellationToken);
        if (page.Next.Length == 0 || page.Keys.Count > 0)
        {
            return page;
        }

        var position = page.Position;
        while (page.Keys.Count == 0 && page.Next.Length > 0)
        {
            page = await read(page.Next, size, cancellationToken);
        }

        // What changed between the pages is applied twice, which does no harm.
        return page with { Position = position };
    }

    // Puts what was read in the place of a block. What the page does not reach becomes a block of its own.
    private void Place(ItemBlock block, KeyPage page, List<KeyChange> journal, bool isHeld)
    {
        var at = blocks.IndexOf(block);
        var limit = at + 1 < blocks.Count ? blocks[at + 1].After : null;
        var keys = page.Keys.ToList();
        var isWhole = page.Next.Length == 0;
        if (limit is not null && keys.Count > 0 && KeyOrder.Instance.Compare(keys[^1], limit) >= 0)
        {
            isWhole = true;
            keys.RemoveAll(key => KeyOrder.Instance.Compare(key, limit) > 0);
        }

        var now = new ItemBlock(block.Token, block.After)
        {
            Keys = keys,
            Count = keys.Count,
            Revision = page.Position.Revision,
            Seen = block.Seen,
        };
        var counted = block.Count;
        blocks[at] = now;
        if (!isWhole)
        {
            var rest = new ItemBlock(page.Next, keys[^1])
            {
                IsUnread = block.IsUnread,
                Count = Math.Max(0, block.Count - keys.Count),
                Revision = block.Revision,
                IsDoubtful = !block.IsUnread,
            };
            blocks.Insert(at + 1, rest);
            counted -= rest.Count;
        }

        var end = at + 1 < blocks.Count ? blocks[at + 1].After : null;
        foreach (var change in journal.Where(change => change.Revision > now.Revision && IsWithin(change.Key, now.After, end)))
        {
            Apply(now, change);
        }

        Count += now.Count - counted;
        if (!isHeld)
        {
            now.Keys = null;
        }
    }

    // Returns by how much the block has grown.
    private static int Apply(ItemBlock block, KeyChange change)
    {
        var former = block.Count;
        if (block.Keys is { } keys)
        {
            var at = keys.BinarySearch(change.Key, KeyOrder.Instance);
            if (change.IsThere && at < 0)
            {
                keys.Insert(~at, change.Key);
            }
            else if (!change.IsThere && at >= 0)
            {
                keys.RemoveAt(at);
            }

            block.Count = keys.Count;
            if (keys.Count > MaxBlock)
            {
                // The next read splits it.
                block.Keys = null;
            }
        }
        else
        {
            block.Count = Math.Max(0, block.Count + change.Step);
            // An item that had expired when the block was read was not counted, and yet its end is told.
            block.IsDoubtful |= change.IsUnsure;
        }

        return block.Count - former;
    }

    // Takes an empty block out. Its neighbour holds the place, so that a mesh that comes and goes leaves no trail of empty blocks.
    private void Join(int at, long revision)
    {
        var neighbour = at > 0 ? at - 1 : at + 1;
        if (neighbour >= blocks.Count || blocks[neighbour].IsUnread)
        {
            return;
        }

        var (empty, other) = (blocks[at], blocks[neighbour]);
        if (neighbour > at)
        {
            other.BeginAt(empty);
        }

        // The neighbour may know later changes of its own stretch, but not those of this one.
        other.IsDoubtful |= empty.IsDoubtful || other.Revision > revision;
        blocks.RemoveAt(at);
    }

    private static bool IsWithin(string key, string? after, string? end) =>
        (after is null || KeyOrder.Instance.Compare(key, after) > 0) && (end is null || KeyOrder.Instance.Compare(key, end) <= 0);

    // The last block that begins before the key.
    private int Find(string key)
    {
        var (low, high) = (0, blocks.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (KeyOrder.Instance.Compare(blocks[middle].After!, key) < 0)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }
}
