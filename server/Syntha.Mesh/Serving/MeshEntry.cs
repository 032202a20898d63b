namespace Syntha.Mesh.Serving;

/// <summary>A loaded mesh in the registry, with the number of calls that hold it. Thread-safe.</summary>
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

    /// <summary>Its place in the <see cref="EvictionRound"/>, which alone uses it.</summary>
    public int Slot { get; set; }

    public long LastUsed => Volatile.Read(ref lastUsed);

    public bool IsIdle => Volatile.Read(ref leases) == 0;

    /// <summary>False: the mesh has left the registry, or does not serve any more.</summary>
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
            // It is about to be decided whether the mesh stays. If it were called gone too early, a second mesh of its store would be
            // loaded.
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

    /// <summary>The change of the mesh's memory since the last count.</summary>
    public long CountBytes()
    {
        var bytes = mesh.MemoryBytes;
        // After a read nothing has changed. Then cores need not contend for the cache line.
        if (bytes == Volatile.Read(ref countedBytes))
        {
            return 0;
        }

        var change = bytes - Interlocked.Exchange(ref countedBytes, bytes);
        // Looked at after the count: the later one of this and Uncount takes the bytes out again.
        return isForgotten ? change + Uncount() : change;
    }

    /// <summary>Takes the bytes of a failed mesh out of the sum, even while calls still hold the mesh.</summary>
    public long Uncount()
    {
        isForgotten = true;
        return -Interlocked.Exchange(ref countedBytes, 0);
    }
}
