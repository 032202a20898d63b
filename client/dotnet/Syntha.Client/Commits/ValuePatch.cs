using System.Text.Json;

namespace Syntha.Client;

/// <summary>
/// A change of a value that the server makes, so that no write of another comes between reading and writing. A path is a JSON Pointer (RFC
/// 6901); the empty one stands for the whole value. Immutable.
/// </summary>
public sealed class ValuePatch
{
    private readonly Action<V1.ItemPatch> fill;

    private ValuePatch(Action<V1.ItemPatch> fill) => this.fill = fill;

    /// <summary>A JSON Patch (RFC 6902). Its <c>test</c> operations may refuse the whole patch.</summary>
    /// <param name="json">A JSON array of at most 1,000 operations, as text.</param>
    /// <returns>The patch.</returns>
    public static ValuePatch Operations(string json)
    {
        var text = JsonText.Given(json, nameof(json));
        return new(patch => patch.OperationsJson = text);
    }

    /// <summary>A JSON Merge Patch (RFC 7396): its members replace those of the value, and its nulls remove them.</summary>
    /// <param name="value">The patch.</param>
    /// <returns>The patch.</returns>
    public static ValuePatch Merge(JsonElement value)
    {
        var text = JsonText.Of(value, nameof(value));
        return new(patch => patch.MergeJson = text);
    }

    /// <summary>
    /// Adds a whole number to a number. A whole number stays exact within 64 bits, signed or unsigned. Where there is nothing yet, it
    /// counts from 0. <see cref="PatchReceipt.Result"/> is the sum.
    /// </summary>
    /// <param name="amount">What is added. Default: 1.</param>
    /// <param name="path">Where the number is.</param>
    /// <returns>The patch.</returns>
    public static ValuePatch Increment(long amount = 1, string path = "")
    {
        var text = WireText.Checked(path, nameof(path));
        return new(patch => patch.Increment = new() { Pointer = text, Integer = amount });
    }

    /// <summary>Adds a number that is not whole. The sum is that of two doubles. <see cref="PatchReceipt.Result"/> is the sum.</summary>
    /// <param name="amount">What is added: finite, otherwise an <see cref="ArgumentOutOfRangeException"/>.</param>
    /// <param name="path">Where the number is.</param>
    /// <returns>The patch.</returns>
    public static ValuePatch IncrementBy(double amount, string path = "")
    {
        if (!double.IsFinite(amount))
        {
            throw new ArgumentOutOfRangeException(nameof(amount), amount, "The amount is not finite.");
        }

        var text = WireText.Checked(path, nameof(path));
        return new(patch => patch.Increment = new() { Pointer = text, Number = amount });
    }

    /// <summary>Adds values at the end of a list. <see cref="PatchReceipt.Result"/> is its new length.</summary>
    /// <param name="values">The values.</param>
    /// <param name="path">Where the list is. Where there is nothing yet, a list is made.</param>
    /// <param name="maxLength">How long the list may get: what is too much goes at the beginning. <see langword="null"/>: no bound.</param>
    /// <returns>The patch.</returns>
    public static ValuePatch Append(IEnumerable<JsonElement> values, string path = "", int? maxLength = null)
    {
        var change = ListOf(values, path, maxLength);
        return new(patch => patch.Append = change.Clone());
    }

    /// <summary>Adds values at the beginning of a list, in their order. <see cref="PatchReceipt.Result"/> is its new length.</summary>
    /// <param name="values">The values.</param>
    /// <param name="path">Where the list is. Where there is nothing yet, a list is made.</param>
    /// <param name="maxLength">How long the list may get: what is too much goes at the end. <see langword="null"/>: no bound.</param>
    /// <returns>The patch.</returns>
    public static ValuePatch Prepend(IEnumerable<JsonElement> values, string path = "", int? maxLength = null)
    {
        var change = ListOf(values, path, maxLength);
        return new(patch => patch.Prepend = change.Clone());
    }

    /// <summary>
    /// Adds those values to a list that it does not have: the union of two sets. <see cref="PatchReceipt.Result"/> is its new length.
    /// </summary>
    /// <param name="values">The values.</param>
    /// <param name="path">Where the list is. Where there is nothing yet, a list is made.</param>
    /// <returns>The patch.</returns>
    public static ValuePatch Add(IEnumerable<JsonElement> values, string path = "")
    {
        var change = SetOf(values, path);
        return new(patch => patch.Add = change.Clone());
    }

    /// <summary>
    /// Removes values from a list, wherever it has them: the difference of two sets. <see cref="PatchReceipt.Result"/> is its new length.
    /// </summary>
    /// <param name="values">The values.</param>
    /// <param name="path">Where the list is.</param>
    /// <returns>The patch.</returns>
    public static ValuePatch Subtract(IEnumerable<JsonElement> values, string path = "")
    {
        var change = SetOf(values, path);
        return new(patch => patch.Subtract = change.Clone());
    }

    internal V1.ItemPatch For(string key, long? ifRevision)
    {
        var patch = new V1.ItemPatch { Key = WireText.Checked(key, nameof(key)) };
        if (ifRevision is { } revision)
        {
            patch.IfRevision = revision;
        }

        fill(patch);
        return patch;
    }

    private static V1.ListChange ListOf(IEnumerable<JsonElement> values, string path, int? maxLength)
    {
        var change = new V1.ListChange { Pointer = WireText.Checked(path, nameof(path)), ValuesJson = ArrayOf(values) };
        if (maxLength is { } length)
        {
            change.MaxLength = length;
        }

        return change;
    }

    private static V1.SetChange SetOf(IEnumerable<JsonElement> values, string path) =>
        new() { Pointer = WireText.Checked(path, nameof(path)), ValuesJson = ArrayOf(values) };

    private static string ArrayOf(IEnumerable<JsonElement> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return $"[{string.Join(',', values.Select(value => JsonText.Of(value, nameof(values))))}]";
    }
}
