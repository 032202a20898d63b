namespace Syntha.Mesh.Names;

/// <summary>The name of a topic: any text of 1 to 512 bytes.</summary>
public readonly record struct TopicName : IComparable<TopicName>
{
    public const int MaxBytes = 512;

    private TopicName(string value) => Value = value;

    public string Value { get; }

    public static TopicName Parse(string text)
    {
        NameRule.Check(text, "topic", 1, MaxBytes, ErrorReason.TopicInvalid);
        return new(text);
    }

    /// <summary>For text that was parsed before, such as text from a store, or that only bounds a range.</summary>
    public static TopicName Trusted(string text) => new(text);

    public int CompareTo(TopicName other) => Utf8Order.Instance.Compare(Value, other.Value);

    public override string ToString() => Value;
}
