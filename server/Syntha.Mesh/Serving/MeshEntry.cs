namespace Syntha.Mesh.Serving;

/// <summary>A loaded mesh in the registry, with the count of calls that hold it. Thread-safe.</summary>
internal sealed class MeshEntry(UserId user, UserMesh mesh, MeshRegistry registry)
{
    private const int Evicted = -1;

    private int leases;
    private long lastUsed = registry.Timestamp;
    private long countedBytes;

    public UserId User => user;

    public UserMesh Mesh => mesh;

    public long LastUsed => Volatile.Read(ref lastUsed);

    public bool IsIdle => Volatile.Read(ref leases) == 0;

    /// <summary>False when the mesh has left the registry or serves no longer.</summary>
    public bool TryLease()
    {
        if (mesh.Fault is not null)
            return false;
        var held = Volatile.Read(ref leases);
        while (held != Evicted)
        {
            var seen = Interlocked.CompareExchange(ref leases, held + 1, held);
            if (seen == held)
                return true;
            held = seen;
        }
        return false;
    }

    public void Release()
    {
        Volatile.Write(ref lastUsed, registry.Timestamp);
        registry.Count(CountBytes());
        Interlocked.Decrement(ref leases);
    }

    /// <summary>Takes the mesh out of service, unless a call holds it or it is writing.</summary>
    public bool TryEvict()
    {
        if (Interlocked.CompareExchange(ref leases, Evicted, 0) != 0)
            return false;
        if (mesh.TryClose())
        {
            registry.Count(-Interlocked.Exchange(ref countedBytes, 0));
            return true;
        }
        Volatile.Write(ref leases, 0);
        return false;
    }

    /// <summary>By how much the mesh's memory changed since it was counted last.</summary>
    public long CountBytes()
    {
        var bytes = mesh.MemoryBytes;
        return bytes - Interlocked.Exchange(ref countedBytes, bytes);
    }

    /// <summary>Takes what a mesh that failed was counted for out of the sum.</summary>
    public long Uncount() => -Interlocked.Exchange(ref countedBytes, 0);
}
