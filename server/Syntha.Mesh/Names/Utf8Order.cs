namespace Syntha.Mesh.Names;

/// <summary>Orders text by its UTF-8 bytes, which is the order of code points. .NET's ordinal order differs above U+FFFF.</summary>
public sealed class Utf8Order : IComparer<string>
{
    public static Utf8Order Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var left = x.AsSpan();
        var right = y.AsSpan();
        var common = left.CommonPrefixLength(right);
        return common == left.Length || common == right.Length
            ? left.Length - right.Length
            : Weight(left[common]) - Weight(right[common]);
    }

    // UTF-16 puts surrogates (code points from U+10000) below U+E000..U+FFFF. Lifting them above restores the order of code points.
    private static int Weight(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
