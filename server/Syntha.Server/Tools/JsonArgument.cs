using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Syntha.Mesh.Values;

namespace Syntha.Server.Tools;

/// <summary>
/// A value that a model gives as an argument. A text that is JSON counts as JSON, and any other text as a JSON string. A value that is not
/// a text counts as it is.
/// </summary>
internal static class JsonArgument
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The value as JSON text. Null: the argument is left out.</summary>
    /// <exception cref="MeshException">JSON_INVALID, VALUE_TOO_LARGE.</exception>
    public static string? Of(ToolArguments arguments, string name)
    {
        if (arguments.FindRaw(name) is not { } value)
        {
            return null;
        }

        if (arguments.IsText(name) && !IsJson(value))
        {
            value = JsonSerializer.Serialize(value, Relaxed);
        }

        JsonText.Check(value, ItemLimits.MaxValueBytes);
        return value;
    }

    private static bool IsJson(string text)
    {
        if (IsOtherNumberWhenReadBack(text))
        {
            return false;
        }

        try
        {
            JsonText.Check(text, ItemLimits.MaxValueBytes);
            return true;
        }
        catch (MeshException noJson) when (noJson.Reason == ErrorReason.JsonInvalid)
        {
            return false;
        }
    }

    // A reader would write the number 12e34567 or 1.10 in another way. Such a text is rather a hash or a version.
    private static bool IsOtherNumberWhenReadBack(string text)
    {
        var start = text.AsSpan().TrimStart();
        return start.Length > 0 && start[0] is '-' or (>= '0' and <= '9')
            && !(Int128.TryParse(text, CultureInfo.InvariantCulture, out var whole) && whole >= long.MinValue && whole <= ulong.MaxValue
                && text == whole.ToString(CultureInfo.InvariantCulture))
            && !(double.TryParse(text, CultureInfo.InvariantCulture, out var number) && text == Shortest(number));
    }

    // Whole numbers are the other case.
    private static string? Shortest(double number) =>
        double.IsFinite(number) && number.ToString("R", CultureInfo.InvariantCulture) is var text
            && text.Contains('.', StringComparison.Ordinal) && !text.Contains('E', StringComparison.Ordinal)
                ? text
                : null;
}
