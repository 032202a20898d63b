using Syntha.Mesh.State;
using Syntha.Mesh.Writing;

namespace Syntha.Mesh.Serving;

/// <content>Expiry: a timer for the next deadline, at which it is logged that the item is gone.</content>
public sealed partial class UserMesh
{
    // Timers take up to 49 days; a later deadline is looked at again by then.
    private static readonly TimeSpan MaxTimer = TimeSpan.FromDays(40);
    private static readonly TimeSpan RetryExpiry = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetryEarly = TimeSpan.FromMilliseconds(100);

    private void ScheduleExpiry()
    {
        MeshState scheduled;
        do
        {
            scheduled = state;
            if (scheduled.Deadlines.IsEmpty)
            {
                return;
            }
            // A timer counts in milliseconds: one more, or it would ring just before the moment.
            var due = scheduled.Deadlines.Min.At - Now() + TimeSpan.FromMilliseconds(1);
            expiryTimer.Change(due < TimeSpan.Zero ? TimeSpan.Zero : due < MaxTimer ? due : MaxTimer, Timeout.InfiniteTimeSpan);
        }
        // The writer and the timer may both be here: whoever set it last must have looked at the latest state.
        while (scheduled != state);
    }

    private async Task LogExpiriesAsync()
    {
        if (fault is not null)
        {
            return;
        }

        if (state.Deadlines.IsEmpty || state.Deadlines.Min.At > Now())
        {
            ScheduleExpiry();
            return;
        }
        try
        {
            Task<CommandResult> logged;
            lock (closing)
            {
                if (isClosed)
                {
                    return;
                }

                logged = SubmitAsync(new ExpireDue { Origin = CommandOrigin.Expiry }, CancellationToken.None);
            }
            var before = state;
            await logged;
            // Nothing was due yet by the store's clock, which this node's is ahead of: soon again.
            if (state == before && !state.Deadlines.IsEmpty)
            {
                expiryTimer.Change(RetryEarly, Timeout.InfiniteTimeSpan);
            }
        }
        catch (MeshException)
        {
            // Nothing is lost: an item past its deadline is absent whether that is logged or not. Whoever writes next is told the cause.
            expiryTimer.Change(RetryExpiry, Timeout.InfiniteTimeSpan);
        }
    }
}
