using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Syntha.Mesh.Patching;

/// <summary>
/// Whether two JSON values are the same: members in any order, and numbers by what they stand for (1, 1.0 and 10e-1 are one number). It is
/// our own because the framework's comparison has no hash, and a set of thousands needs one.
/// </summary>
internal sealed class JsonEquality : IEqualityComparer<JsonNode?>
{
    // A double shows no difference between zero and a number with a larger exponent.
    private const int MaxExponentDigits = 9;

    // A longer number equals only the same digits, so that its comparison needs no copy of it.
    private const int MaxNumberLength = 400;

    public static JsonEquality Instance { get; } = new();

    public bool Equals(JsonNode? left, JsonNode? right)
    {
        switch (left, right)
        {
            case (null, null):
                return true;
            case (JsonObject one, JsonObject other):
                if (one.Count != other.Count)
                {
                    return false;
                }

                foreach (var (name, value) in one)
                {
                    if (!other.TryGetPropertyValue(name, out var counterpart) || !Equals(value, counterpart))
                    {
                        return false;
                    }
                }

                return true;
            case (JsonArray one, JsonArray other):
                if (one.Count != other.Count)
                {
                    return false;
                }

                for (var index = 0; index < one.Count; index++)
                {
                    if (!Equals(one[index], other[index]))
                    {
                        return false;
                    }
                }

                return true;
            case (JsonValue one, JsonValue other):
                var kind = one.GetValueKind();
                return kind == other.GetValueKind() && kind switch
                {
                    // The text of a large value is not copied to be compared with a small one.
                    JsonValueKind.String => one.TryGetValue(out JsonElement element)
                        ? element.ValueEquals(other.GetValue<string>())
                        : one.GetValue<string>() == other.GetValue<string>(),
                    JsonValueKind.Number => LongNumber(one) is var raw && raw.Length + LongNumber(other).Length > 0
                        ? raw.SequenceEqual(LongNumber(other))
                        : NumberOf(one) == NumberOf(other),
                    _ => true,
                };
            default:
                return false;
        }
    }

    public int GetHashCode(JsonNode? node)
    {
        var hash = default(HashCode);
        switch (node)
        {
            case JsonObject members:
                // The order of members does not count.
                var sum = members.Count;
                foreach (var (name, value) in members)
                {
                    sum ^= HashCode.Combine(name, GetHashCode(value));
                }

                hash.Add(sum);
                break;
            case JsonArray list:
                foreach (var element in list)
                {
                    hash.Add(GetHashCode(element));
                }

                break;
            case JsonValue value when value.GetValueKind() is var kind:
                hash.Add(kind switch
                {
                    JsonValueKind.String => value.GetValue<string>().GetHashCode(StringComparison.Ordinal),
                    JsonValueKind.Number when LongNumber(value).Length > 0 => LongNumber(value).Length,
                    JsonValueKind.Number => NumberOf(value).GetHashCode(),
                    _ => (int)kind,
                });
                break;
        }

        return hash.ToHashCode();
    }

    // Empty: the number is short.
    private static ReadOnlySpan<byte> LongNumber(JsonValue value) =>
        value.TryGetValue(out JsonElement element) && JsonMarshal.GetRawUtf8Value(element) is { Length: > MaxNumberLength } raw ? raw : [];

    // The sign, the digits without zeros at either end, and the exponent of the last digit.
    private static (bool IsNegative, string Digits, long Exponent) NumberOf(JsonValue value)
    {
        var text = value.ToJsonString().AsSpan();
        var isNegative = text[0] == '-';
        text = isNegative ? text[1..] : text;
        long exponent = 0;
        if (text.IndexOfAny('e', 'E') is var at and >= 0)
        {
            var digitsOfExponent = text[(at + 1)..].TrimStart("+-").TrimStart('0');
            exponent = digitsOfExponent.Length == 0 ? 0
                : digitsOfExponent.Length > MaxExponentDigits ? int.MaxValue
                : int.Parse(digitsOfExponent, CultureInfo.InvariantCulture);
            exponent = text[at + 1] == '-' ? -exponent : exponent;
            text = text[..at];
        }

        var digits = text.ToString();
        if (digits.IndexOf('.', StringComparison.Ordinal) is var point and >= 0)
        {
            exponent -= digits.Length - point - 1;
            digits = digits.Remove(point, 1);
        }

        digits = digits.TrimStart('0');
        var kept = digits.TrimEnd('0');
        return kept.Length == 0 ? (false, "0", 0) : (isNegative, kept, exponent + digits.Length - kept.Length);
    }
}
