using Syntha.Mesh.Log;
using Syntha.Storage.Audit;

namespace Syntha.Server.Audit;

/// <summary>
/// Counts the calls of one caller, agent and method that leave nothing in a log, until the trail takes the sum. The sums of a caller form a
/// list. Thread-safe.
/// </summary>
internal sealed class CallSum(
    AuditTrail trail, Endpoint endpoint, string? tool, string method, string user, string? credential, string? agent, CallSum? next)
{
    private long calls;
    private long bytes;
    private int isAdded;

    /// <summary>The origin of commands that the same call sends.</summary>
    public CommandOrigin Origin { get; } = new(method, credential);

    public CallSum? Next => next;

    /// <summary>The length of the list from here on.</summary>
    public int Length { get; } = 1 + (next?.Length ?? 0);

    public bool Is(Endpoint other, string? otherTool, string? otherAgent) =>
        ReferenceEquals(endpoint, other) && otherTool == tool && string.Equals(otherAgent, agent, StringComparison.Ordinal);

    public void Count(long count, long size)
    {
        // Bytes first: Take takes the calls first, so that no bytes are left without their call.
        Interlocked.Add(ref bytes, size);
        Interlocked.Add(ref calls, count);
        if (Volatile.Read(ref isAdded) == 0 && Interlocked.Exchange(ref isAdded, 1) == 0)
        {
            trail.Add(this);
        }
    }

    /// <summary>Null: nothing was counted since the last time.</summary>
    public AuditEntry? Take(DateTimeOffset now)
    {
        // First, so that a call that counts from here on adds the sum again.
        Interlocked.Exchange(ref isAdded, 0);
        var (counted, size) = (Interlocked.Exchange(ref calls, 0), Interlocked.Exchange(ref bytes, 0));
        return counted == 0 && size == 0 ? null : Entry(now, counted, size);
    }

    /// <summary>An entry for calls of this kind.</summary>
    public AuditEntry Entry(DateTimeOffset now, long count, long size) => new()
    {
        Time = now,
        Method = method,
        User = user,
        Credential = credential ?? "",
        Agent = agent,
        Calls = count,
        Bytes = size,
    };
}
