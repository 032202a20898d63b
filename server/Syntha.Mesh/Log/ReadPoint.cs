namespace Syntha.Mesh.Log;

/// <summary>The moment that a read is about: a position, or a time. Exactly one of them is set.</summary>
public readonly record struct ReadPoint(Position? Position, DateTimeOffset? Time);
