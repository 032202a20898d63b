namespace Syntha.Mesh.Writing;

/// <summary>What makes a command repeatable: a repeat has the same id, method and content.</summary>
public sealed record RequestIdentity(Guid Id, string Method, UInt128 ContentHash);
