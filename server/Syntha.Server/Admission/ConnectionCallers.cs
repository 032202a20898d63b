using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Syntha.Server.Admission;

/// <summary>
/// The callers on one connection. A credential that was proved once stays proved as long as it lasts, so that each later call costs one
/// comparison. Thread-safe.
/// </summary>
internal sealed class ConnectionCallers
{
    // A gateway carries many users over one connection. Beyond this number the callers without streams are forgotten, and prove their
    // credentials again.
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

    /// <returns>The caller, or an equal one that another call added at the same time.</returns>
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

    /// <summary>Ends the callers of a user.</summary>
    public void End(UserId user)
    {
        foreach (var (key, caller) in callers)
        {
            if (!caller.HasUser || caller.User != user)
            {
                continue;
            }
            // First, because a call that has just found the caller may remember it as the last one after it was taken out here.
            caller.End();
            callers.TryRemove(new(key, caller));
        }
    }

    // The time tells nothing about how far the texts agree, because other users may share the connection through a gateway.
    private static bool AreEqual(string? left, string? right) => left is null || right is null
        ? left is null && right is null
        : CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(left.AsSpan()), MemoryMarshal.AsBytes(right.AsSpan()));

    private sealed record Entry(string? Credential, string? User, Caller Caller);
}
