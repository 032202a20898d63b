namespace Syntha.Mesh.Names;

/// <summary>A user's id after <see cref="UserIdRule"/> accepted it. Case-sensitive.</summary>
public readonly record struct UserId
{
    internal UserId(string value) => Value = value;

    public string Value { get; }

    /// <summary>For text from a store. It was accepted when it was written.</summary>
    public static UserId Trusted(string value) => new(value);

    public override string ToString() => Value;
}
