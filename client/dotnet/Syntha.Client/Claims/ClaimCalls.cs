using System.Runtime.CompilerServices;

using Grpc.Core;

namespace Syntha.Client;

/// <summary>The calls about claims, of the owner's service or of an agent's. Thread-safe.</summary>
/// <param name="calls">The user's calls.</param>
/// <param name="agentName">Who acts. <see langword="null"/>: the owner.</param>
/// <param name="isAgentsService">Whether the calls go to the agent's service.</param>
internal sealed class ClaimCalls(UserCalls calls, string? agentName, bool isAgentsService)
{
    private static readonly TimeSpan UsualGrace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ShortestHeartbeat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestHeartbeat = TimeSpan.FromSeconds(15);

    // A caller whose connection is silent notices after two heartbeats, and then connects again. Its place has to outlive that.
    private const int HeartbeatsInGrace = 5;
    private const int LongestWaitsInGrace = 4;
    private const int SilentHeartbeats = 2;

    private static readonly TimeSpan LeaveTimeout = TimeSpan.FromSeconds(2);

    internal TimeProvider Time => calls.Options.TimeProvider;

    /// <summary>The time, by a clock of this program that never runs backwards.</summary>
    internal TimeSpan Now => Time.GetElapsedTime(0, Time.GetTimestamp());

    internal async Task<ClaimHandle> ClaimAsync(string name, ClaimOptions? options, CancellationToken cancellationToken)
    {
        var requestId = Requests.IdOf(options);
        var request = new V1.ClaimRequest { RequestId = requestId.ToString(), Claim = WriteOf(name, options) };
        SetAgent(agent => request.AsAgent = agent);
        var asked = Now;
        var response = isAgentsService
            ? await calls.WriteAsync(calls.Tools.ClaimAsync, request, requestId, cancellationToken).ConfigureAwait(false)
            : await calls.WriteAsync(calls.Mesh.ClaimAsync, request, requestId, cancellationToken).ConfigureAwait(false);

        // An earlier call with the caller's own id may have got it, at a time that is not known here.
        var isOfBefore = response.Replayed && options?.RequestId is not null;
        return new(this, ClaimState.From(response.Claim), isOfBefore ? null : asked, options?.KeepRenewed == true);
    }

    internal async Task<ClaimHandle> AwaitAsync(
        string name, ClaimOptions? options, IProgress<ClaimPlace>? progress, CancellationToken cancellationToken)
    {
        // The id names the place in line. A stream that breaks is opened anew with it, and keeps the place.
        var requestId = Requests.IdOf(options);
        var grace = options?.Grace ?? UsualGrace;
        var heartbeat = Between(ShortestHeartbeat, grace / HeartbeatsInGrace, LongestHeartbeat);
        var request = new V1.AwaitClaimRequest
        {
            RequestId = requestId.ToString(),
            Claim = WriteOf(name, options),
            Grace = WireTime.ToDuration(options?.Grace),
            Heartbeat = WireTime.ToDuration(heartbeat),
        };
        SetAgent(agent => request.AsAgent = agent);
        var longest = Between(TimeSpan.Zero, grace / LongestWaitsInGrace, calls.Options.MaxRetryDelay);
        var backoff = new Backoff(
            calls.Options.RetryDelay < longest ? calls.Options.RetryDelay : longest, longest, calls.Options.Jitter);
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                calls.ThrowIfStreamsClosed();
                var (held, failure) = await WaitAsync(request, SilentHeartbeats * heartbeat, backoff, progress, cancellationToken)
                    .ConfigureAwait(false);
                if (held is not null)
                {
                    // It may have been given before this stream began.
                    return new(this, held, asked: null, options?.KeepRenewed == true);
                }

                await Task.Delay(backoff.Next(failure?.RetryAfter), Time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await LeaveAsync(name, requestId).ConfigureAwait(false);
            throw;
        }
    }

    internal async Task<DateTimeOffset> RenewAsync(ClaimToken token, TimeSpan? lease, CancellationToken cancellationToken)
    {
        var requestId = Requests.NewId();
        var request = new V1.RenewClaimRequest
        {
            RequestId = requestId.ToString(),
            Token = token.ToWire(),
            Lease = WireTime.ToDuration(lease),
        };
        SetAgent(agent => request.AsAgent = agent);
        var response = isAgentsService
            ? await calls.WriteAsync(calls.Tools.RenewClaimAsync, request, requestId, cancellationToken).ConfigureAwait(false)
            : await calls.WriteAsync(calls.Mesh.RenewClaimAsync, request, requestId, cancellationToken).ConfigureAwait(false);
        return WireTime.ToDateTimeOffset(response.ExpireTime);
    }

    internal async Task ReleaseAsync(V1.FencingToken token, CancellationToken cancellationToken)
    {
        var requestId = Requests.NewId();
        var request = new V1.ReleaseClaimRequest { RequestId = requestId.ToString(), Token = token };
        SetAgent(agent => request.AsAgent = agent);
        _ = isAgentsService
            ? await calls.WriteAsync(calls.Tools.ReleaseClaimAsync, request, requestId, cancellationToken).ConfigureAwait(false)
            : await calls.WriteAsync(calls.Mesh.ReleaseClaimAsync, request, requestId, cancellationToken).ConfigureAwait(false);
    }

    internal async Task HandOverAsync(ClaimToken token, string? toAgent, CancellationToken cancellationToken)
    {
        var requestId = Requests.NewId();
        var request = new V1.HandOverClaimRequest { RequestId = requestId.ToString(), Token = token.ToWire() };
        SetAgent(agent => request.AsAgent = agent);
        WireText.SetIfGiven(toAgent, nameof(toAgent), agent => request.ToAgent = agent);
        _ = isAgentsService
            ? await calls.WriteAsync(calls.Tools.HandOverClaimAsync, request, requestId, cancellationToken).ConfigureAwait(false)
            : await calls.WriteAsync(calls.Mesh.HandOverClaimAsync, request, requestId, cancellationToken).ConfigureAwait(false);
    }

    internal async IAsyncEnumerable<ClaimState> ListAsync(
        string namePrefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new V1.ListClaimsRequest { NamePrefix = WireText.Checked(namePrefix, nameof(namePrefix)) };
        SetAgent(agent => request.AsAgent = agent);
        do
        {
            var page = isAgentsService
                ? await calls.ReadAsync(calls.Tools.ListClaimsAsync, request, cancellationToken).ConfigureAwait(false)
                : await calls.ReadAsync(calls.Mesh.ListClaimsAsync, request, cancellationToken).ConfigureAwait(false);
            foreach (var claim in page.Claims)
            {
                yield return ClaimState.From(claim);
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }

    private static V1.ClaimWrite WriteOf(string name, ClaimOptions? options) => new()
    {
        Name = WireText.Checked(name, nameof(name)),
        Lease = WireTime.ToDuration(options?.Lease),
        Topics = { WireText.Checked(options?.Topics ?? [], nameof(options.Topics)) },
        Subscribers = { WireText.Checked(options?.Subscribers ?? [], nameof(options.Subscribers)) },
    };

    private static TimeSpan Between(TimeSpan least, TimeSpan span, TimeSpan most)
    {
        var bounded = span < most ? span : most;
        return bounded > least ? bounded : least;
    }

    private async Task<(ClaimState? Held, SynthaException? Failure)> WaitAsync(
        V1.AwaitClaimRequest request, TimeSpan longestSilence, Backoff backoff, IProgress<ClaimPlace>? progress,
        CancellationToken cancellationToken)
    {
        // A connection that is dead without a sign is given up. Until the first message comes it has the time of a call.
        using var silent = new CancellationTokenSource(calls.Options.CallTimeout ?? Timeout.InfiniteTimeSpan, Time);
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silent.Token);
        var isServed = false;
        try
        {
            using var call = calls.AwaitClaim(request, isAgentsService, silence.Token);
            while (await call.ResponseStream.MoveNext(silence.Token).ConfigureAwait(false))
            {
                silent.CancelAfter(longestSilence);
                if (isServed)
                {
                    // A stream that says only where the caller stands is no success yet.
                    backoff.Reset();
                }

                isServed = true;
                var message = call.ResponseStream.Current;
                if (message.Held is { } held)
                {
                    return (ClaimState.From(held), null);
                }

                if (message.Waiting is { } waiting)
                {
                    progress?.Report(new(waiting.Place, ClaimState.From(waiting.Claim)));
                }
            }

            return (null, null);
        }
        catch (RpcException exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException("The caller cancelled the wait.", exception, cancellationToken);
        }
        catch (RpcException) when (silence.IsCancellationRequested)
        {
            return (null, null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, null);
        }
        catch (RpcException exception)
        {
            var failure = calls.FailureOf(exception);
            return Attempts.IsWorthAnother(failure) || failure.Reason == ErrorReason.RateLimited ? (null, failure) : throw failure;
        }
    }

    // A courtesy: without it the place lasts for the grace time, and a claim that has just been given for its lease.
    private async Task LeaveAsync(string name, Guid ticket)
    {
        using var limit = new CancellationTokenSource(LeaveTimeout);
        var requestId = Requests.NewId();
        var request = new V1.LeaveClaimRequest { RequestId = requestId.ToString(), Name = name, Ticket = ticket.ToString() };
        SetAgent(agent => request.AsAgent = agent);
        try
        {
            _ = isAgentsService
                ? await calls.WriteAsync(calls.Tools.LeaveClaimAsync, request, requestId, limit.Token).ConfigureAwait(false)
                : await calls.WriteAsync(calls.Mesh.LeaveClaimAsync, request, requestId, limit.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is SynthaException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }

    private void SetAgent(Action<string> set) => WireText.SetIfGiven(agentName, nameof(agentName), set);
}
