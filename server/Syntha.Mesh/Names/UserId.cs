namespace Syntha.Mesh.Names;

/// <summary>A user's id after <see cref="UserIdRule"/> accepted it. Case-sensitive.</summary>
public readonly record struct UserId
{
    internal UserId(string value) => Value = value;

    public string Value { get; }

    public override string ToString() => Value;
}
