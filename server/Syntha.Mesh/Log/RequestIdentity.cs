namespace Syntha.Mesh.Log;

/// <summary>What makes a command repeatable: a repeat has the same id, method and content.</summary>
public sealed record RequestIdentity(Guid Id, string Method, UInt128 ContentHash)
{
    /// <summary>For how long an id is known after its command was committed. The contract promises it.</summary>
    public static TimeSpan Lifetime { get; } = TimeSpan.FromHours(24);
}

/// <summary>A command's own id as kept with the first row of the command, so that a repeat gets the first answer and changes nothing.</summary>
/// <param name="Id">The request id.</param>
/// <param name="Caller">The agent that called; null: the owner.</param>
/// <param name="Method">The method's name.</param>
/// <param name="ContentHash">Hash of the request's content: 96 bits.</param>
/// <param name="Answer">What was answered besides the position, as the command itself encodes it; null where there is nothing.</param>
public sealed record RequestRecord(Guid Id, AgentName? Caller, string Method, UInt128 ContentHash, string? Answer);
