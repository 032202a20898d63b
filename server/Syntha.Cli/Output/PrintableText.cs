namespace Syntha.Cli.Output;

/// <summary>Text from elsewhere, made safe for a terminal.</summary>
internal static class PrintableText
{
    // Users choose their names. A name may hold control characters that move a terminal's cursor.
    public static string Of(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '·' : c));
}
