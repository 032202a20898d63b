namespace Syntha.Mesh.Names;

/// <summary>
/// The key of an item: any text of up to 4,096 bytes, the empty one included. Compared by its characters, ordered by its bytes.
/// </summary>
public readonly record struct ContextKey : IComparable<ContextKey>
{
    public const int MaxBytes = 4096;

    private ContextKey(string value) => Value = value;

    public string Value { get; }

    public static ContextKey Parse(string text)
    {
        NameRule.Check(text, "key", 0, MaxBytes, ErrorReason.KeyInvalid);
        return new(text);
    }

    /// <summary>For text that was parsed before, such as text from a store, or that only bounds a range.</summary>
    public static ContextKey Trusted(string text) => new(text);

    public int CompareTo(ContextKey other) => Utf8Order.Instance.Compare(Value, other.Value);

    public override string ToString() => Value;
}
