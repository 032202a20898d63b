namespace Syntha.Mesh.Log;

/// <summary>Makes a command repeatable: a repeat has the same id, method and content.</summary>
public sealed record RequestIdentity(Guid Id, string Method, UInt128 ContentHash)
{
    /// <summary>How long an id is known after the commit of its command. The contract promises this time.</summary>
    public static TimeSpan Lifetime { get; } = TimeSpan.FromHours(24);
}

/// <summary>The request id of a command, kept with its first row, so that a repeat gets the first answer and changes nothing.</summary>
/// <param name="Id">The request id.</param>
/// <param name="Caller">The agent that called. Null: the owner.</param>
/// <param name="Method">The method's name.</param>
/// <param name="ContentHash">A hash of the request's content, of 96 bits.</param>
/// <param name="Answer">The answer besides the position, encoded by the command. Null: there is nothing besides.</param>
public sealed record RequestRecord(Guid Id, AgentName? Caller, string Method, UInt128 ContentHash, string? Answer);
