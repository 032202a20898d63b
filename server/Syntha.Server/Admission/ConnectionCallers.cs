using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Syntha.Server.Admission;

/// <summary>
/// Who has called over one connection. What a credential proved once it proves again as long as it lasts, so that the calls after the first
/// cost a comparison. Thread-safe.
/// </summary>
internal sealed class ConnectionCallers
{
    // Gateways carry many users over one connection; beyond this, what they proved is forgotten, and they prove it again.
    private const int MaxCallers = 1_000;

    private readonly ConcurrentDictionary<(string? Credential, string? User), Caller> callers = new();
    private Entry? last;

    public IEnumerable<Caller> All => callers.Values;

    public Caller? Find(string? credential, string? user)
    {
        if (Volatile.Read(ref last) is { } entry && entry.User == user && AreEqual(entry.Credential, credential))
        {
            return entry.Caller;
        }

        if (!callers.TryGetValue((credential, user), out var caller))
        {
            return null;
        }

        Volatile.Write(ref last, new(credential, user, caller));
        return caller;
    }

    /// <returns>The caller, or the one that was added at the same time.</returns>
    public Caller Add(string? credential, string? user, Caller caller)
    {
        if (callers.Count >= MaxCallers)
        {
            foreach (var (key, present) in callers)
            {
                if (present.Streams == 0)
                {
                    callers.TryRemove(key, out _);
                }
            }
        }
        return callers.GetOrAdd((credential, user), caller);
    }

    public void Remove(string? credential, string? user)
    {
        Volatile.Write(ref last, null);
        callers.TryRemove((credential, user), out _);
    }

    /// <summary>Ends what a user's callers have proved.</summary>
    public void End(UserId user)
    {
        foreach (var (key, caller) in callers)
        {
            if (!caller.HasUser || caller.User != user)
            {
                continue;
            }
            // First: a call that has found it just now may remember it as the last one after it was taken out here.
            caller.End();
            callers.TryRemove(new(key, caller));
        }
    }

    // In a time that tells nothing about how far they agree: others may share the connection, through a gateway.
    private static bool AreEqual(string? left, string? right) => left is null || right is null
        ? left is null && right is null
        : CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(left.AsSpan()), MemoryMarshal.AsBytes(right.AsSpan()));

    private sealed record Entry(string? Credential, string? User, Caller Caller);
}
