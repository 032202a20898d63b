using System.Diagnostics;

namespace Syntha.Client;

/// <summary>
/// A claim that the caller holds. Write under it with <see cref="Token"/>: a write whose claim was lost meanwhile is refused. Disposing
/// releases it. Thread-safe.
/// </summary>
public sealed class ClaimHandle : IAsyncDisposable
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ReleaseTimeout = TimeSpan.FromSeconds(5);

    private readonly ClaimCalls calls;
    private readonly CancellationTokenSource lost = new();
    private readonly CancellationTokenSource ended = new();
    private readonly Lock gate = new();
    private readonly Task renewing;
    private DateTimeOffset expireTime;
    private TimeSpan lease;
    private bool isGivenUp;

    internal ClaimHandle(ClaimCalls calls, ClaimState claim, bool isKeptRenewed)
    {
        this.calls = calls;
        Token = claim.Token ?? throw new InvalidOperationException("The server gave a claim without its token.");
        (expireTime, lease) = (claim.ExpireTime ?? default, claim.Lease ?? TimeSpan.FromSeconds(60));
        Lost = lost.Token;
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
        var until = await calls.RenewAsync(Token, lease, cancellationToken).ConfigureAwait(false);
        lock (gate)
        {
            expireTime = until;
            this.lease = lease ?? this.lease;
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

    // The time without a renewal is counted by this machine's own stopwatch, from before the call: so it is never counted too short.
    private async Task KeepRenewedAsync()
    {
        var renewedAt = Stopwatch.GetTimestamp();
        while (!ended.IsCancellationRequested)
        {
            TimeSpan span;
            lock (gate)
            {
                span = lease;
            }

            var pause = span / 3 > ShortestPause ? span / 3 : ShortestPause;
            await Task.Delay(pause, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (ended.IsCancellationRequested)
            {
                return;
            }

            var left = span - Stopwatch.GetElapsedTime(renewedAt);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ended.Token);
            limit.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
            var began = Stopwatch.GetTimestamp();
            try
            {
                await RenewAsync(lease: null, limit.Token).ConfigureAwait(false);
                renewedAt = began;
            }
            catch (Exception failure) when (failure is SynthaException or OperationCanceledException or ObjectDisposedException)
            {
                var isOver = failure is SynthaException { Reason: ErrorReason.ClaimLost } or ObjectDisposedException
                    || Stopwatch.GetElapsedTime(renewedAt) >= span;
                if (isOver && !ended.IsCancellationRequested)
                {
                    await lost.CancelAsync().ConfigureAwait(false);
                    return;
                }
            }
        }
    }
}
