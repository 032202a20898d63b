using Syntha.Mesh.Quotas;
using Syntha.Mesh.State;
using Syntha.Mesh.Stores;

namespace Syntha.Mesh.Serving;

/// <summary>
/// Decides when a mesh's log is trimmed, and to what. A trimming takes a turn of its own between two groups of commands, so it must pay: it
/// is due when the log is far beyond its limits, or has become too old. Thread-safe; only the writer takes and trims.
/// </summary>
/// <param name="limits">How much of the log is kept.</param>
/// <param name="quotas">The user's quotas. They are asked for each time, because an operator may have set others.</param>
/// <param name="outbox">Knows how far the audit trail has got. The log keeps what is not recorded.</param>
/// <param name="time">The clock by which a trimming that was held back waits.</param>
/// <param name="begin">Has the writer begin, after this was made due by <see cref="BecomeDue"/>.</param>
internal sealed class LogTrimming(MeshLimits limits, Func<UserQuotas> quotas, MeshOutbox outbox, TimeProvider time, Action begin)
{
    // A trimming ends here, so that the commands behind it get their turn.
    private const int MaxChangesPerTurn = 4_096;

    // After so long the audit trail is asked again how far it has got.
    private static readonly TimeSpan RetryHeld = TimeSpan.FromSeconds(1);

    private int isHeld;
    private volatile bool isDue;

    // Until then nothing in the log is too old, as far as this mesh knows. At the beginning it knows nothing.
    private long nextTicks;

    public bool IsDue => isDue;

    // A limit that trims everything, or one beyond counting, is none.
    private LogLimits Kept => limits.IsLogBoundByQuota
        ? limits.Log with { MaxBytes = Math.Clamp(quotas().MaxBytes, LogLimits.LeastBytes, LogLimits.MostBytes) }
        : limits.Log;

    public void BecomeDue() => isDue = true;

    /// <summary>Whether something in the log may be too old by then. The meshes of idle users do not open their files for less.</summary>
    public bool MayBeTooOld(DateTimeOffset now) => now.UtcTicks >= Volatile.Read(ref nextTicks);

    /// <summary>Looks at what the log takes after a commit.</summary>
    public void Look(LogSize size)
    {
        if (Kept.AreFarExceededBy(size))
        {
            BecomeDue();
        }
    }

    /// <summary>Takes the trimming that is due, before its turn: a turn that is refused is not tried again at once.</summary>
    /// <returns>What the log is trimmed to. Null: nothing, because the audit trail has not recorded the oldest commands.</returns>
    public async ValueTask<LogLimits?> TakeAsync(MeshState state)
    {
        isDue = false;
        try
        {
            var recorded = await outbox.RecordedAsync(state.Position.Epoch);
            if (recorded >= state.OldestRevision)
            {
                return Kept with { Recorded = recorded };
            }
        }
        catch (MeshException)
        {
            // The recorder tells the cause. Until then the log is merely longer.
        }
        if (state.Position.Revision >= state.OldestRevision)
        {
            BeginLater();
        }

        return null;
    }

    /// <summary>Trims the log in the turn, and decides when it is looked at again.</summary>
    /// <returns>The oldest revision that the log has now.</returns>
    /// <exception cref="MeshException">As <see cref="IStoreTransaction.TrimAsync"/>.</exception>
    public async ValueTask<long> TrimAsync(IStoreTransaction turn, LogLimits kept)
    {
        var trim = await turn.TrimAsync(kept, MaxChangesPerTurn);
        if (trim.HasMore)
        {
            BecomeDue();
        }
        else if (Kept.AreFarExceededBy(turn.LogSize))
        {
            BeginLater();
        }
        else
        {
            Volatile.Write(ref nextTicks, Kept.DueFor(trim.OldestTime ?? turn.Now).UtcTicks);
        }

        return trim.OldestRevision;
    }

    /// <summary>Nothing is trimmed any more.</summary>
    public void GiveUp() => isDue = false;

    private void BeginLater()
    {
        if (Interlocked.Exchange(ref isHeld, 1) == 0)
        {
            _ = BeginHeldAsync();
        }
    }

    private async Task BeginHeldAsync()
    {
        await Task.Delay(RetryHeld, time);
        Interlocked.Exchange(ref isHeld, 0);
        begin();
    }
}
