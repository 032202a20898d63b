using System.Text;

namespace Syntha.Page.Prompts;

/// <summary>A prompt as the page shows it: bounded, whatever the mesh holds.</summary>
/// <param name="Text">The text, or its beginning.</param>
/// <param name="IsCut">Whether it is only the beginning.</param>
/// <param name="Bytes">The size of the whole text in UTF-8.</param>
/// <param name="Keys">The first keys that it shows.</param>
/// <param name="TotalKeys">How many items it shows.</param>
/// <param name="Omitted">The first items that it leaves out.</param>
/// <param name="TotalListed">How many items the answer lists as left out.</param>
/// <param name="TotalOmitted">How many items it leaves out.</param>
/// <param name="Position">The mesh's position that it shows.</param>
internal sealed record PromptShown(
    string Text, bool IsCut, int Bytes, IReadOnlyList<string> Keys, int TotalKeys, IReadOnlyList<OmittedItem> Omitted, int TotalListed,
    long TotalOmitted, Position Position)
{
    /// <summary>More text than this stays on the server.</summary>
    public const int MaxText = 256 * 1_024;

    /// <summary>So many keys, and items that are left out, are shown at most.</summary>
    public const int MaxListed = 200;

    public static PromptShown Of(BuildPromptResponse answer)
    {
        var prompt = answer.Prompt;
        var bytes = Encoding.UTF8.GetByteCount(prompt.Text);
        var text = Beginning(prompt.Text, bytes);
        return new(text, text.Length < prompt.Text.Length, bytes, [.. prompt.Keys.Take(MaxListed)], prompt.Keys.Count,
            [.. prompt.Omitted.Take(MaxListed)], prompt.Omitted.Count, prompt.TotalOmitted, answer.Position);
    }

    public static string WhyOf(OmissionReason reason) => reason switch
    {
        OmissionReason.TooLarge => "it did not fit into the largest size",
        OmissionReason.TooOld => "it was written too long ago",
        OmissionReason.Unchanged => "it is not new since the position",
        _ => "a reason that this page does not know",
    };

    private static string Beginning(string text, int bytes)
    {
        if (bytes <= MaxText)
        {
            return text;
        }

        // A sign has one to four bytes, so the cut is found by what fits, and never within a pair.
        Span<byte> room = new byte[MaxText];
        Encoding.UTF8.GetEncoder().Convert(text, room, flush: false, out var used, out _, out _);
        return text[..(used > 0 && char.IsHighSurrogate(text[used - 1]) ? used - 1 : used)];
    }
}
