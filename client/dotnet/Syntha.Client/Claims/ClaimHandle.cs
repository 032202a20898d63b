namespace Syntha.Client;

/// <summary>
/// A claim that the caller holds. Write under it with <see cref="Token"/>: a write whose claim was lost meanwhile is refused. Disposing
/// releases it. Thread-safe.
/// </summary>
public sealed class ClaimHandle : IAsyncDisposable
{
    private static readonly TimeSpan ReleaseTimeout = TimeSpan.FromSeconds(5);

    private readonly ClaimCalls calls;
    private readonly CancellationTokenSource lost = new();
    private readonly CancellationTokenSource ended = new();
    private readonly Lock gate = new();
    private readonly ClaimSchedule schedule;
    private readonly Task renewing;
    private TaskCompletionSource rescheduled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset expireTime;
    private TimeSpan lease;
    private bool isGivenUp;

    /// <param name="calls">The calls about claims.</param>
    /// <param name="claim">The claim.</param>
    /// <param name="asked">
    /// When it was asked for, by <see cref="ClaimCalls.Now"/>. <see langword="null"/>: it may have been given before.
    /// </param>
    /// <param name="isKeptRenewed">Whether the handle renews it.</param>
    internal ClaimHandle(ClaimCalls calls, ClaimState claim, TimeSpan? asked, bool isKeptRenewed)
    {
        this.calls = calls;
        Token = claim.Token ?? throw new InvalidOperationException("The server gave a claim without its token.");
        (expireTime, lease) = (claim.ExpireTime ?? default, claim.Lease ?? TimeSpan.FromSeconds(60));
        Lost = lost.Token;
        schedule = new(lease, asked, calls.Now);
        renewing = isKeptRenewed ? KeepRenewedAsync() : Task.CompletedTask;
    }

    /// <summary>The name.</summary>
    public string Name => Token.Name;

    /// <summary>
    /// The token: for <c>IfClaim</c> of writes, and for other systems that are to refuse a holder that has lost the claim.
    /// </summary>
    public ClaimToken Token { get; }

    /// <summary>The moment from which the claim is no longer held, unless it is renewed. By the store's clock.</summary>
    public DateTimeOffset ExpireTime
    {
        get
        {
            lock (gate)
            {
                return expireTime;
            }
        }
    }

    /// <summary>How long it is held after it was given or renewed.</summary>
    public TimeSpan Lease
    {
        get
        {
            lock (gate)
            {
                return lease;
            }
        }
    }

    /// <summary>
    /// With <see cref="ClaimOptions.KeepRenewed"/>: is cancelled when the claim is lost, or could not be renewed for as long as its lease.
    /// Stop the work then. Without that option it is never cancelled.
    /// </summary>
    public CancellationToken Lost { get; }

    /// <summary>Holds the claim for longer.</summary>
    /// <param name="lease">How long from now on. <see langword="null"/>: as long as before.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The moment from which it is no longer held.</returns>
    /// <exception cref="SynthaConflictException">The claim is lost.</exception>
    public async Task<DateTimeOffset> RenewAsync(TimeSpan? lease = null, CancellationToken cancellationToken = default)
    {
        // Counted from before the call: so the claim is never taken for held when it is not.
        var asked = calls.Now;
        var until = await calls.RenewAsync(Token, lease, cancellationToken).ConfigureAwait(false);
        lock (gate)
        {
            expireTime = until;
            this.lease = lease ?? this.lease;
            schedule.Renewed(this.lease, asked);
            rescheduled.TrySetResult();
            rescheduled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        return until;
    }

    /// <summary>Gives the claim back. The first one in line has it then.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that ends when the claim is given back.</returns>
    /// <exception cref="SynthaConflictException">The claim was lost before.</exception>
    public Task ReleaseAsync(CancellationToken cancellationToken = default)
    {
        GiveUp();
        return calls.ReleaseAsync(Token.ToWire(), cancellationToken);
    }

    /// <summary>Gives the claim to a named agent, which gets a token of its own. Those in line keep their places.</summary>
    /// <param name="toAgentName">The agent. <see langword="null"/>: the owner of the mesh.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that ends when the agent has the claim.</returns>
    /// <exception cref="SynthaConflictException">The claim was lost before.</exception>
    public Task HandOverAsync(string? toAgentName, CancellationToken cancellationToken = default)
    {
        GiveUp();
        return calls.HandOverAsync(Token, toAgentName, cancellationToken);
    }

    /// <summary>
    /// Gives the claim back, unless that was done. It throws nothing: a claim that cannot be given back ends with its lease.
    /// </summary>
    /// <returns>A task that ends when the claim is given back.</returns>
    public async ValueTask DisposeAsync()
    {
        var wasGivenUp = GiveUp();
        await renewing.ConfigureAwait(false);
        if (wasGivenUp)
        {
            return;
        }

        using var limit = new CancellationTokenSource(ReleaseTimeout);
        try
        {
            await calls.ReleaseAsync(Token.ToWire(), limit.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is SynthaException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }

    /// <returns>Whether it was given up before.</returns>
    private bool GiveUp()
    {
        lock (gate)
        {
            if (isGivenUp)
            {
                return true;
            }

            isGivenUp = true;
        }

        ended.Cancel();
        return false;
    }

    private async Task KeepRenewedAsync()
    {
        while (!ended.IsCancellationRequested)
        {
            TimeSpan wait, left;
            Task change;
            lock (gate)
            {
                var now = calls.Now;
                (wait, left, change) = (schedule.Wait(now), schedule.Left(now), rescheduled.Task);
            }

            if (wait > TimeSpan.Zero)
            {
                await change.WaitAsync(wait, calls.Time, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            else if (left <= TimeSpan.Zero || await RenewWithinAsync(left).ConfigureAwait(false))
            {
                if (!ended.IsCancellationRequested)
                {
                    await lost.CancelAsync().ConfigureAwait(false);
                }

                return;
            }
        }
    }

    /// <returns>Whether the claim is lost.</returns>
    private async Task<bool> RenewWithinAsync(TimeSpan left)
    {
        using var over = new CancellationTokenSource(left, calls.Time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ended.Token, over.Token);
        try
        {
            await RenewAsync(lease: null, limit.Token).ConfigureAwait(false);
            return false;
        }
        catch (Exception failure) when (failure is SynthaException or OperationCanceledException or ObjectDisposedException)
        {
            lock (gate)
            {
                schedule.Failed(calls.Now);
            }

            // When the time is over, the schedule says so. The program may have renewed the claim meanwhile.
            return failure is SynthaException { Reason: ErrorReason.ClaimLost } or ObjectDisposedException;
        }
    }
}
