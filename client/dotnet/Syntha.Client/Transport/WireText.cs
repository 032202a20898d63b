namespace Syntha.Client;

/// <summary>
/// Text that can travel unchanged. Protocol Buffers replace a lone surrogate by U+FFFD without a word, so that two different keys would
/// become one. Such text is refused here. The server checks all other rules about names.
/// </summary>
internal static class WireText
{
    internal static string Checked(string text, string parameterName)
    {
        ArgumentNullException.ThrowIfNull(text, parameterName);
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
            {
                throw new ArgumentException($"The text has a lone surrogate (U+{(int)text[i]:X4}) at index {i}.", parameterName);
            }

            i++;
        }

        return text;
    }

    internal static IEnumerable<string> Checked(IEnumerable<string> texts, string parameterName)
    {
        ArgumentNullException.ThrowIfNull(texts, parameterName);
        return texts.Select(text => Checked(text, parameterName));
    }

    /// <summary>Sets an optional field when there is a text for it. A field that was not set is absent on the wire.</summary>
    internal static void SetIfGiven(string? text, string parameterName, Action<string> set)
    {
        if (text is not null)
        {
            set(Checked(text, parameterName));
        }
    }
}
