using Syntha.Fuzz.Engine;

namespace Syntha.Fuzz.Texts;

/// <summary>A glob matches what a glob that tries every possibility matches. The input: the pattern, a zero byte, and the text.</summary>
internal sealed class GlobTarget : FuzzTarget
{
    // The other glob takes exponential time.
    private const int MaxPattern = 80;
    private const int MaxText = 24;
    private const int MaxStars = 4;

    public override string Name => "glob";

    public override void Run(byte[] input)
    {
        var (first, second) = Split(input, 0);
        var (pattern, text) = (TextOf(first), TextOf(second));
        KeyGlob glob;
        try
        {
            glob = KeyGlob.Parse(pattern);
        }
        catch (MeshException refusal)
        {
            Demand(refusal.Reason == ErrorReason.FilterInvalid, "The refusal has another reason.");
            return;
        }

        if (pattern.Length <= MaxPattern && text.Length <= MaxText && pattern.Count(sign => sign == '*') <= MaxStars)
        {
            Demand(glob.IsMatch(text) == NaiveGlob.IsMatch(pattern, text), "The globs do not agree.");
        }

        // A key is matched again and again, by masks that the texts before it have made.
        var again = glob.IsMatch(text);
        _ = glob.IsMatch(pattern);
        Demand(glob.IsMatch(text) == again, "The second look says something else.");
    }
}
