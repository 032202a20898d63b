using Syntha.Mesh.Reading;
using Syntha.Mesh.State;

namespace Syntha.Mesh.Serving;

/// <summary>
/// The states that snapshots under way still read. A snapshot whose reader is slow keeps the state of its beginning in memory, beside the
/// present one. All of a user together may keep as much as the present state takes, and some megabytes in any case. Beyond this the oldest
/// snapshot loses its state, and its stream begins again with the present one. Thread-safe.
/// </summary>
internal sealed class PinnedStates(long leastBytes)
{
    private readonly Lock pinning = new();

    // In the order of their states, the oldest first.
    private readonly List<PinnedState> pins = [];
    private volatile bool isEmpty = true;
    private long bytes;

    /// <summary>An estimate of what the pinned states keep in memory beyond the present one, as of the last commit.</summary>
    public long Bytes => Volatile.Read(ref bytes);

    /// <summary>Keeps a state until it is disposed, or until there is no room.</summary>
    public PinnedState Add(MeshView view)
    {
        var pin = new PinnedState(this, view);
        lock (pinning)
        {
            pins.Insert(pins.FindLastIndex(other => other.Replaced <= pin.Replaced) + 1, pin);
            isEmpty = false;
        }
        return pin;
    }

    /// <summary>Lets go of the oldest states that have no room beside the present one. Costs almost nothing without a snapshot.</summary>
    public void Fit(MeshState present)
    {
        if (isEmpty)
        {
            return;
        }

        lock (pinning)
        {
            var most = Math.Max(leastBytes, present.MemoryBytes);
            while (CountUnsynchronized(present) > most)
            {
                pins[0].Lose();
                pins.RemoveAt(0);
            }
            isEmpty = pins.Count == 0;
        }
    }

    /// <summary>Lets go of all states. Their snapshots begin again.</summary>
    public void LoseAll()
    {
        lock (pinning)
        {
            foreach (var pin in pins)
            {
                pin.Lose();
            }

            pins.Clear();
            isEmpty = true;
            Volatile.Write(ref bytes, 0);
        }
    }

    internal void Remove(PinnedState pin)
    {
        lock (pinning)
        {
            pins.Remove(pin);
            isEmpty = pins.Count == 0;
            bytes = isEmpty ? 0 : bytes;
        }
    }

    // Each state keeps what the changes between it and the next one have replaced, and never more than the whole of it.
    private long CountUnsynchronized(MeshState present)
    {
        var (sum, next) = (0L, present.Replaced);
        for (var index = pins.Count - 1; index >= 0; index--)
        {
            sum += Math.Min(pins[index].MemoryBytes, next - pins[index].Replaced);
            next = pins[index].Replaced;
        }
        Volatile.Write(ref bytes, sum);
        return sum;
    }
}

/// <summary>A state that a snapshot reads. Thread-safe.</summary>
internal sealed class PinnedState : IDisposable
{
    private readonly PinnedStates owner;
    private volatile Held? held;

    public PinnedState(PinnedStates owner, MeshView view)
    {
        this.owner = owner;
        (Replaced, MemoryBytes) = (view.State.Replaced, view.State.MemoryBytes);
        held = new(view);
    }

    public long Replaced { get; }

    public long MemoryBytes { get; }

    /// <summary>False: the state had no room any more.</summary>
    public bool TryView(out MeshView view)
    {
        var present = held;
        view = present?.View ?? default;
        return present is not null;
    }

    public void Lose() => held = null;

    public void Dispose()
    {
        Lose();
        owner.Remove(this);
    }

    private sealed record Held(MeshView View);
}
