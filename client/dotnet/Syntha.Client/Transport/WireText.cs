namespace Syntha.Client.Transport;

/// <summary>
/// Text that can travel unchanged. Protocol Buffers replace a lone surrogate by U+FFFD without a word, so two different keys would
/// become one: such text is refused here. All other rules about names are the server's.
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
}
