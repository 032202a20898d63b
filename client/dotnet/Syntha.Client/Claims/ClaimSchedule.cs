namespace Syntha.Client;

/// <summary>
/// When a claim is renewed. It goes by this program's own clock alone: the store's clock may show another time. Times count from any one
/// moment. Not thread-safe.
/// </summary>
internal sealed class ClaimSchedule
{
    private const int RenewalsInLease = 3;

    // After a renewal that failed there is time for more.
    private const int AttemptsInLease = 12;

    private TimeSpan lease;
    private TimeSpan end;
    private TimeSpan due;

    /// <param name="lease">How long it is held.</param>
    /// <param name="asked">
    /// When it was asked for. It was given later, so it is held for a lease from then on, at least. <see langword="null"/>: it is not known
    /// here when it was given. It is renewed at once then.
    /// </param>
    /// <param name="now">The time.</param>
    internal ClaimSchedule(TimeSpan lease, TimeSpan? asked, TimeSpan now)
    {
        this.lease = lease;
        end = (asked ?? now) + lease;
        due = asked is { } from ? from + (lease / RenewalsInLease) : now;
    }

    /// <summary>How long to wait before the next renewal.</summary>
    internal TimeSpan Wait(TimeSpan now)
    {
        var next = due < end ? due : end;
        return next > now ? next - now : TimeSpan.Zero;
    }

    /// <summary>How long the claim is surely held. Not above zero: another may hold it.</summary>
    internal TimeSpan Left(TimeSpan now) => end - now;

    /// <param name="lasting">How long it is held from then on.</param>
    /// <param name="asked">When the renewal was asked for.</param>
    internal void Renewed(TimeSpan lasting, TimeSpan asked)
    {
        lease = lasting;
        end = asked + lasting;
        due = asked + (lasting / RenewalsInLease);
    }

    internal void Failed(TimeSpan now) => due = now + (lease / AttemptsInLease);
}
