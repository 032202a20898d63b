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
    // A gateway carries many users over one connection. Beyond this number some callers without streams are forgotten, and prove their
    // credentials again: those that made no call since the last time, and always so many that the next time is not at the next caller.
    private const int MaxCallers = 1_000;
    private const int Room = MaxCallers / 8;

    private readonly ConcurrentDictionary<(string? Credential, string? User), Caller> callers = new();
    private readonly Lock forgetting = new();
    private int mostBeforeForgetting = MaxCallers;
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

        caller.HasCalled = true;
        Volatile.Write(ref last, new(credential, user, caller));
        return caller;
    }

    /// <returns>The caller, or an equal one that another call added at the same time.</returns>
    public Caller Add(string? credential, string? user, Caller caller)
    {
        if (callers.Count >= Volatile.Read(ref mostBeforeForgetting))
        {
            lock (forgetting)
            {
                Forget();
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

    private void Forget()
    {
        if (callers.Count < mostBeforeForgetting)
        {
            return;
        }

        var idle = callers.Where(entry => entry.Value.Streams == 0).ToList();
        var remembered = new List<KeyValuePair<(string?, string?), Caller>>();
        foreach (var entry in idle)
        {
            if (entry.Value.HasCalled)
            {
                entry.Value.HasCalled = false;
                remembered.Add(entry);
            }
            else
            {
                callers.TryRemove(entry);
            }
        }

        foreach (var entry in remembered.Take(callers.Count - (MaxCallers - Room)))
        {
            callers.TryRemove(entry);
        }

        // Callers with streams stay, however many they are.
        Volatile.Write(ref mostBeforeForgetting, Math.Max(MaxCallers, callers.Count + Room));
    }

    // The time tells nothing about how far the texts agree, because other users may share the connection through a gateway.
    private static bool AreEqual(string? left, string? right) => left is null || right is null
        ? left is null && right is null
        : CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(left.AsSpan()), MemoryMarshal.AsBytes(right.AsSpan()));

    private sealed record Entry(string? Credential, string? User, Caller Caller);
}
