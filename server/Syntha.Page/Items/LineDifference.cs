namespace Syntha.Page.Items;

/// <summary>How two texts differ, line by line, by their longest common subsequence.</summary>
internal static class LineDifference
{
    /// <summary>Longer texts are not compared: the work grows with the product of both.</summary>
    public const int MaxLines = 2_000;

    // Equal lines around each difference that are shown.
    private const int Around = 3;

    /// <returns>The lines of both. Null: a text has too many lines.</returns>
    public static IReadOnlyList<DifferenceLine>? Of(string before, string after)
    {
        var (old, now) = (before.ReplaceLineEndings("\n").Split('\n'), after.ReplaceLineEndings("\n").Split('\n'));
        if (old.Length > MaxLines || now.Length > MaxLines)
        {
            return null;
        }

        // For each place of both texts, how long a common subsequence of the rest is.
        var common = new ushort[old.Length + 1, now.Length + 1];
        for (var o = old.Length - 1; o >= 0; o--)
        {
            for (var n = now.Length - 1; n >= 0; n--)
            {
                common[o, n] = old[o] == now[n] ? (ushort)(common[o + 1, n + 1] + 1) : Math.Max(common[o + 1, n], common[o, n + 1]);
            }
        }

        var lines = new List<DifferenceLine>();
        var (left, right) = (0, 0);
        while (left < old.Length || right < now.Length)
        {
            if (left < old.Length && right < now.Length && old[left] == now[right])
            {
                lines.Add(new(LineKind.Same, old[left]));
                (left, right) = (left + 1, right + 1);
            }
            else if (right == now.Length || (left < old.Length && common[left + 1, right] >= common[left, right + 1]))
            {
                lines.Add(new(LineKind.Before, old[left++]));
            }
            else
            {
                lines.Add(new(LineKind.After, now[right++]));
            }
        }

        return lines;
    }

    /// <summary>Leaves out equal lines far from a difference. Each such stretch becomes one line that says how many they are.</summary>
    public static IReadOnlyList<DifferenceLine> Shorten(IReadOnlyList<DifferenceLine> lines)
    {
        var isNear = new bool[lines.Count];
        for (var n = 0; n < lines.Count; n++)
        {
            if (lines[n].Kind != LineKind.Same)
            {
                isNear.AsSpan(Math.Max(0, n - Around)..Math.Min(lines.Count, n + Around + 1)).Fill(true);
            }
        }

        var shown = new List<DifferenceLine>();
        for (var n = 0; n < lines.Count;)
        {
            var start = n;
            while (n < lines.Count && !isNear[n])
            {
                n++;
            }

            if (n > start)
            {
                shown.Add(new(LineKind.Left, string.Create(CultureInfo.InvariantCulture, $"{n - start} equal lines")));
            }

            for (; n < lines.Count && isNear[n]; n++)
            {
                shown.Add(lines[n]);
            }
        }

        return shown;
    }
}

/// <summary>What a line of a difference is.</summary>
internal enum LineKind
{
    /// <summary>Both texts have it.</summary>
    Same,

    /// <summary>Only the former text has it.</summary>
    Before,

    /// <summary>Only the new text has it.</summary>
    After,

    /// <summary>It stands for equal lines that are left out.</summary>
    Left,
}

/// <summary>A line of a difference.</summary>
/// <param name="Kind">Where it is.</param>
/// <param name="Text">The line.</param>
internal sealed record DifferenceLine(LineKind Kind, string Text);
