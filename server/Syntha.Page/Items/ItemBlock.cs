namespace Syntha.Page.Items;

/// <summary>A stretch of a list: the keys after one key, up to and with the key that the next block comes after.</summary>
/// <param name="token">The token of the page that begins here. Empty: the list's first page.</param>
/// <param name="after">The key that it comes after. Null: it is the first block.</param>
internal sealed class ItemBlock(string token, string? after)
{
    public string Token { get; private set; } = token;

    public string? After { get; private set; } = after;

    /// <summary>How many keys it holds, as far as is known.</summary>
    public int Count { get; set; }

    /// <summary>The keys. Null: they are not held now.</summary>
    public List<string>? Keys { get; set; }

    /// <summary>Changes up to this revision are in it.</summary>
    public long Revision { get; set; }

    /// <summary>Whether nobody has read it yet. It stands at the end of a list that is not counted to its end.</summary>
    public bool IsUnread { get; init; }

    /// <summary>Whether its count may be wrong.</summary>
    public bool IsDoubtful { get; set; }

    /// <summary>When it was last in view, as a number that grows.</summary>
    public long Seen { get; set; }

    /// <summary>Begins where another block began.</summary>
    public void BeginAt(ItemBlock other) => (Token, After) = (other.Token, other.After);
}
