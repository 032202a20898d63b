namespace Syntha.Client;

/// <summary>
/// Proves that its bearer holds a claim. A newer holder's token has a position with a larger revision, so another system can refuse the
/// older one as well. Immutable.
/// </summary>
/// <param name="Name">The claim's name.</param>
/// <param name="Position">The position of the command that gave the claim.</param>
public sealed record ClaimToken(string Name, Position Position)
{
    internal static ClaimToken From(V1.FencingToken wire) => new(wire.Name, Position.From(wire.Position));

    internal V1.FencingToken ToWire() => new() { Name = WireText.Checked(Name, nameof(Name)), Position = Position.ToWire() };
}
