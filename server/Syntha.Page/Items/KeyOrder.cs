namespace Syntha.Page.Items;

/// <summary>
/// Orders keys as the contract does: by the bytes of UTF-8. Ordinal order of .NET differs where signs beyond U+FFFF meet signs from U+E000
/// to U+FFFF, because halves of pairs stand below those.
/// </summary>
internal sealed class KeyOrder : IComparer<string>
{
    public static KeyOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        var same = x.AsSpan().CommonPrefixLength(y);
        return same == x.Length || same == y.Length ? x.Length - y.Length : Rank(x[same]) - Rank(y[same]);
    }

    // A half of a pair stands for a sign beyond U+FFFF, which comes last.
    private static int Rank(char sign) => char.IsSurrogate(sign) ? sign + 0x10000 : sign;
}
