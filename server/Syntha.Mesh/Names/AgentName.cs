namespace Syntha.Mesh.Names;

/// <summary>The name of an agent: any text of 1 to 512 bytes.</summary>
public readonly record struct AgentName : IComparable<AgentName>
{
    public const int MaxBytes = 512;

    private AgentName(string value) => Value = value;

    public string Value { get; }

    public static AgentName Parse(string text)
    {
        NameRule.Check(text, "agent name", 1, MaxBytes, ErrorReason.AgentInvalid);
        return new(text);
    }

    /// <summary>For text that was parsed before, such as text from a store.</summary>
    public static AgentName Trusted(string text) => new(text);

    public int CompareTo(AgentName other) => Utf8Order.Instance.Compare(Value, other.Value);

    public override string ToString() => Value;
}
