namespace Syntha.Mesh.Log;

/// <summary>What makes a command repeatable: a repeat has the same id, method and content.</summary>
public sealed record RequestIdentity(Guid Id, string Method, UInt128 ContentHash)
{
    /// <summary>For how long an id is known after its command was committed. The contract promises it.</summary>
    public static TimeSpan Lifetime { get; } = TimeSpan.FromHours(24);
}
