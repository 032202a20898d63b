using Syntha.Mesh.State;
using Syntha.Mesh.Writing;

namespace Syntha.Mesh.Serving;

/// <summary>
/// A timer for the mesh's next deadline. When it rings, the mesh logs what has ended: items, claims, places in line. Thread-safe.
/// </summary>
internal sealed class ExpiryAlarm : IDisposable
{
    // Timers take up to 49 days. A later deadline is looked at again by then.
    private static readonly TimeSpan MaxDelay = TimeSpan.FromDays(40);
    private static readonly TimeSpan RetryAfterFault = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetryEarly = TimeSpan.FromMilliseconds(100);

    private readonly UserMesh mesh;
    private readonly ITimer timer;

    public ExpiryAlarm(UserMesh mesh, TimeProvider time)
    {
        this.mesh = mesh;
        timer = time.CreateTimer(_ => _ = RingAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Sets the timer for the next deadline of the mesh's current state.</summary>
    public void Set()
    {
        MeshState scheduled;
        do
        {
            scheduled = mesh.State;
            if (scheduled.NextEnd is not { } next)
            {
                return;
            }
            // A timer counts milliseconds. Without one more it would ring just before the moment.
            var due = next - mesh.Now() + TimeSpan.FromMilliseconds(1);
            Ring(due < TimeSpan.Zero ? TimeSpan.Zero : due < MaxDelay ? due : MaxDelay);
        }
        // The writer and the timer may both be here. The one that sets it last must have looked at the latest state.
        while (scheduled != mesh.State);
    }

    public void Dispose() => timer.Dispose();

    private void Ring(TimeSpan after) => timer.Change(after, Timeout.InfiniteTimeSpan);

    private async Task RingAsync()
    {
        if (mesh.State.NextEnd is not { } next || mesh.Now() < next)
        {
            Set();
            return;
        }
        try
        {
            if (mesh.TrySubmit(new ExpireDue { Origin = CommandOrigin.Expiry }) is not { } logged)
            {
                return;
            }

            // By the store's clock, which this node's clock is ahead of, nothing was due yet.
            if (!(await logged).HasChanges)
            {
                Ring(RetryEarly);
            }
        }
        catch (MeshException)
        {
            // Nothing is lost: an item past its deadline is absent whether or not that is logged. The next caller who writes hears the
            // cause.
            Ring(RetryAfterFault);
        }
    }
}
