namespace Syntha.Mesh.Serving;

/// <summary>A loaded mesh in the registry, with the count of calls that hold it. Thread-safe.</summary>
internal sealed class MeshEntry(UserId user, UserMesh mesh, MeshRegistry registry)
{
    private const int Evicted = -1;
    private const int Evicting = -2;

    private int leases;
    private long lastUsed = registry.Timestamp;
    private long countedBytes;
    private volatile bool isForgotten;

    public UserId User => user;

    public UserMesh Mesh => mesh;

    public long LastUsed => Volatile.Read(ref lastUsed);

    public bool IsIdle => Volatile.Read(ref leases) == 0;

    /// <summary>False when the mesh has left the registry or serves no longer.</summary>
    public bool TryLease()
    {
        if (mesh.Fault is not null)
        {
            return false;
        }

        var spinner = new SpinWait();
        while (true)
        {
            var held = Volatile.Read(ref leases);
            if (held == Evicted)
            {
                return false;
            }
            // Whether the mesh stays is decided in a moment. To call it gone too early would be to load a second mesh of its store.
            if (held == Evicting)
            {
                spinner.SpinOnce();
            }
            else if (Interlocked.CompareExchange(ref leases, held + 1, held) == held)
            {
                return true;
            }
        }
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
        if (Interlocked.CompareExchange(ref leases, Evicting, 0) != 0)
        {
            return false;
        }

        if (mesh.TryClose())
        {
            Volatile.Write(ref leases, Evicted);
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
        // After a read nothing has changed, and cores need not contend for the line.
        if (bytes == Volatile.Read(ref countedBytes))
        {
            return 0;
        }

        var change = bytes - Interlocked.Exchange(ref countedBytes, bytes);
        // Looked at after the count: whichever of this and Uncount comes second takes the bytes out again.
        return isForgotten ? change + Uncount() : change;
    }

    /// <summary>Takes what a mesh that failed was counted for out of the sum, also where calls still hold it and will give it back.</summary>
    public long Uncount()
    {
        isForgotten = true;
        return -Interlocked.Exchange(ref countedBytes, 0);
    }
}
