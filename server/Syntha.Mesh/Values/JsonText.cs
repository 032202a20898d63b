using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Syntha.Mesh.Values;

/// <summary>
/// Checks that a text is JSON (RFC 8259) that all readers understand alike: no name twice in one object, at most 64 levels deep, no number
/// beyond a double, no half of a surrogate pair. It changes nothing; values are kept as they were given. The room Values uses Errors and
/// Names.
/// </summary>
public static class JsonText
{
    public const int MaxDepth = 64;

    // A double holds each number of so many signs that has no exponent.
    private const int AlwaysFiniteLength = 308;

    /// <param name="text">The text to check.</param>
    /// <param name="maxBytes">How many bytes of UTF-8 it may have.</param>
    /// <param name="what">The word for the text in the message.</param>
    /// <param name="mustBeObject">Whether the text must be an object.</param>
    /// <exception cref="MeshException">VALUE_TOO_LARGE, or JSON_INVALID with line and column, both counted from 1.</exception>
    public static void Check(string text, int maxBytes, string what = "value", bool mustBeObject = false)
    {
        if (text.Length > maxBytes || (text.Length * 3L > maxBytes && Encoding.UTF8.GetByteCount(text) > maxBytes))
        {
            var bytes = Encoding.UTF8.GetByteCount(text);
            throw MeshException.OverLimit(ErrorReason.ValueTooLarge, $"The {what} is too large", maxBytes, bytes, "bytes of JSON text");
        }

        if (NameRule.HasLoneSurrogate(text))
        {
            throw new MeshException(ErrorReason.JsonInvalid, $"The {what} contains a lone surrogate.");
        }

        var buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            var length = Encoding.UTF8.GetBytes(text, buffer);
            CheckUtf8(buffer.AsSpan(0, length), what, mustBeObject);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void CheckUtf8(ReadOnlySpan<byte> utf8, string what, bool mustBeObject)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
        Stack<HashSet<string>>? names = null;
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject:
                        (names ??= new()).Push(new(StringComparer.Ordinal));
                        break;
                    case JsonTokenType.EndObject:
                        names!.Pop();
                        break;
                    case JsonTokenType.PropertyName when reader.GetString() is var name && !names!.Peek().Add(name!):
                        throw Invalid(utf8, reader.TokenStartIndex, what, "a name occurs twice in one object");
                    case JsonTokenType.Number when IsBeyondADouble(ref reader):
                        throw Invalid(utf8, reader.TokenStartIndex, what, "a number is larger than a double can hold; send it as text");
                    case JsonTokenType.String when reader.ValueIsEscaped && HoldsHalfAPair(reader.ValueSpan):
                        throw Invalid(utf8, reader.TokenStartIndex, what, "a text holds half of a surrogate pair");
                }
                if (mustBeObject && reader.CurrentDepth == 0 &&
                    reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.EndObject))
                {
                    throw Invalid(utf8, 0, what, "an object is expected");
                }
            }
        }
        catch (JsonException fault)
        {
            var line = fault.LineNumber ?? 0;
            // The reader does not count the token that opens a level as a part of that level.
            var level = reader.CurrentDepth + (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject ? 1 : 0);
            var reason = utf8.Length == 0 ? "it is empty"
                : level >= MaxDepth ? $"it nests deeper than {MaxDepth} levels or is not JSON"
                : "it is not JSON";
            throw Invalid(line + 1, (fault.BytePositionInLine ?? 0) + 1, what, reason);
        }
        catch (InvalidOperationException)
        {
            // A name with an escaped lone surrogate has no text to compare.
            throw Invalid(utf8, reader.TokenStartIndex, what, "a name holds half of a surrogate pair");
        }
    }

    // Python reads no whole number of more than 4,300 digits, and other readers make such a number infinite.
    private static bool IsBeyondADouble(ref Utf8JsonReader reader)
    {
        var number = reader.ValueSpan;
        return (number.Length > AlwaysFiniteLength || number.IndexOfAny((byte)'e', (byte)'E') >= 0)
            && !(reader.TryGetDouble(out var value) && double.IsFinite(value));
    }

    // UTF-8 has no surrogates, so only an escape can be half of a pair. The reader has checked that each escape is complete.
    private static bool HoldsHalfAPair(ReadOnlySpan<byte> text)
    {
        while (text.IndexOf((byte)'\\') is var at and >= 0)
        {
            var unit = EscapedUnit(text[at..]);
            if (char.IsLowSurrogate(unit))
            {
                return true;
            }

            text = text[(at + (unit == NoUnit ? 2 : UnitLength))..];
            if (!char.IsHighSurrogate(unit))
            {
                continue;
            }

            if (!char.IsLowSurrogate(EscapedUnit(text)))
            {
                return true;
            }

            text = text[UnitLength..];
        }

        return false;
    }

    private const char NoUnit = '\0';
    private const int UnitLength = 6;

    // The UTF-16 unit of an escape such as \ud83d at the beginning of the text.
    private static char EscapedUnit(ReadOnlySpan<byte> text) =>
        text.Length >= UnitLength && text[0] == '\\' && text[1] == 'u'
            && ushort.TryParse(text[2..UnitLength], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
                ? (char)unit
                : NoUnit;

    private static MeshException Invalid(ReadOnlySpan<byte> utf8, long at, string what, string why)
    {
        var before = utf8[..(int)at];
        return Invalid(before.Count((byte)'\n') + 1, at - before.LastIndexOf((byte)'\n'), what, why);
    }

    private static MeshException Invalid(long line, long column, string what, string why) =>
        new(
            ErrorReason.JsonInvalid,
            string.Create(CultureInfo.InvariantCulture, $"The {what} is refused: {why} (line {line}, column {column})."))
        {
            Metadata =
            {
                ["line"] = line.ToString(CultureInfo.InvariantCulture),
                ["column"] = column.ToString(CultureInfo.InvariantCulture),
            },
        };
}
