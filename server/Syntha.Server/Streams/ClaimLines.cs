using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Syntha.Mesh.Following;
using Syntha.Mesh.Serving;
using Syntha.Mesh.Writing;
using Syntha.Server.Admission;
using Syntha.Server.Audit;
using Syntha.Server.Credentials;
using Syntha.Server.Mapping;

namespace Syntha.Server.Streams;

/// <summary>
/// Runs the streams of those who wait for claims. Each stream has one task. It keeps the caller's place in line, and tells what changes for
/// it. The line itself is in the mesh: this node may go, and the caller comes back to its place through another.
/// </summary>
internal sealed class ClaimLines(
    MeshRegistry meshes, LineKeepers keepers, StreamCount count, CallCounts counts, IOptions<StreamOptions> options, TimeProvider time,
    IHostApplicationLifetime lifetime)
{
    // The clocks of the node and of the store may differ by a little: then a place looks as if it were lost, and is not.
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    private const int HeartbeatsInGrace = 5;
    private static readonly TimeSpan MinHeartbeat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxDefaultHeartbeat = TimeSpan.FromSeconds(15);

    private readonly TimeSpan stuckWrite = options.Value.StuckWriteTimeout;

    /// <summary>
    /// The longest time between two messages. By default a caller whose connection is dead notices within its grace time: it waits for two
    /// heartbeats, and then connects again.
    /// </summary>
    public static TimeSpan HeartbeatOf(Duration? asked, TimeSpan grace) => asked is not null
        ? FeedRequest.HeartbeatOf(asked)
        : TimeSpan.FromTicks(Math.Clamp(grace.Ticks / HeartbeatsInGrace, MinHeartbeat.Ticks, MaxDefaultHeartbeat.Ticks));

    /// <param name="join">The command that takes the caller's place, and keeps it.</param>
    /// <param name="heartbeat">The longest time between two messages.</param>
    /// <param name="write">Sends one message.</param>
    /// <param name="context">The call.</param>
    public async Task RunAsync(JoinLine join, TimeSpan heartbeat, Func<V1.AwaitClaimResponse, Task> write, ServerCallContext context)
    {
        var caller = Caller.Of(context);
        using var counted = count.Enter(caller);
        using var place = keepers.Enter(caller.User, join);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(
            context.CancellationToken, lifetime.ApplicationStopping, caller.Credential?.Revoked ?? default);
        var waiting = new Waiting(join with { Origin = counts.OriginOf(context, join.Actor, tool: null) }, place, heartbeat, write)
        {
            Count = await counts.CountStreamAsync(context, join.Actor),
        };
        try
        {
            while (!await WaitAsync(waiting, caller, ending.Token))
            {
            }
        }
        catch (OperationCanceledException)
            when (lifetime.ApplicationStopping.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested)
        {
            throw CallAdmission.Draining();
        }
        catch (OperationCanceledException)
            when (caller.Credential?.IsEnded(time) == true && !context.CancellationToken.IsCancellationRequested)
        {
            throw Credential.Invalid();
        }
    }

    // False: the mesh in memory has failed, and the wait goes on with the one that is loaded instead.
    private async Task<bool> WaitAsync(Waiting waiting, Caller caller, CancellationToken stopping)
    {
        using var lease = await OpenAsync(waiting, caller, stopping);
        var (join, place, mesh) = (waiting.Join, waiting.Place, lease.Mesh!);
        var wait = ClaimWait.Open(lease, join.Actor, join.Claim.Name, join.Ticket);
        var isKept = false;
        while (true)
        {
            stopping.ThrowIfCancellationRequested();
            if (caller.Credential?.IsEnded(time) == true)
            {
                throw Credential.Invalid();
            }

            if (wait.Fault is not null)
            {
                return false;
            }

            // Before the look, so that no change is missed.
            var changed = wait.NextChange;
            var standing = wait.Look();
            if (standing.IsHeld && isKept)
            {
                await SendAsync(waiting, new() { Held = ClaimOf(standing, join) }, standing, stopping);
                return true;
            }

            if (standing.Place > 0)
            {
                waiting.Known = (standing.Position.Epoch, standing.Until);
                place.Saw(standing.Until);
            }

            var untilDue = place.UntilDue;
            if (!isKept || standing.Place == 0 || untilDue <= TimeSpan.Zero)
            {
                if (isKept && standing.Place == 0 && time.GetElapsedTime(waiting.JoinedAt) < LookAgain)
                {
                    await WaitAsync(changed, LookAgain, stopping);
                }

                if (isKept && standing.Place > 0 && await place.KeepAsync(wait, stopping))
                {
                    continue;
                }

                // It also checks anew what the caller may do: whoever may not wait any more, is told. A caller that has left the line is
                // told as well, and does not join again. Another epoch is another log: the place in it is unknown.
                waiting.JoinedAt = time.GetTimestamp();
                await mesh.SubmitAsync(
                    join with { KnownUntil = waiting.Known is { } known && known.Epoch == standing.Position.Epoch ? known.Until : null },
                    stopping);
                place.Joined(waiting.JoinedAt);
                isKept = true;
                continue;
            }

            var silence = time.GetElapsedTime(waiting.SentAt);
            if (waiting.Told is not { } told || told.Place != standing.Place || told.Claim!.Hold != standing.Claim!.Hold ||
                silence >= waiting.Heartbeat)
            {
                await SendAsync(waiting, new() { Waiting = PlaceOf(standing, join) }, standing, stopping);
                continue;
            }

            var left = waiting.Heartbeat - silence;
            await WaitAsync(changed, left < untilDue ? left : untilDue, stopping);
        }
    }

    // Only the first wait may make a store. When the user was erased meanwhile, the caller learns it, and does not bring the user back.
    private async ValueTask<MeshLease> OpenAsync(Waiting waiting, Caller caller, CancellationToken cancellationToken)
    {
        if (!waiting.HasBegun)
        {
            waiting.HasBegun = true;
            return await meshes.OpenCurrentAsync(caller.User, caller.Right, cancellationToken);
        }

        var lease = await meshes.FindAsync(caller.User, cancellationToken);
        return lease.Mesh is not null ? lease : throw MeshFeed.EpochChanged();
    }

    private async Task SendAsync(Waiting waiting, V1.AwaitClaimResponse message, ClaimStanding standing, CancellationToken stopping)
    {
        message.Position = ToWire.Position(standing.Position);
        (waiting.Told, waiting.SentAt) = (standing, time.GetTimestamp());
        waiting.Count(message.CalculateSize());
        try
        {
            // The write gets no token: one that is cancelled during a write resets the whole call, and no status could follow.
            await waiting.Write(message).WaitAsync(stuckWrite, time, stopping);
        }
        catch (TimeoutException)
        {
            throw new MeshException(
                ErrorReason.SlowConsumer, "The reader of this stream took no message for too long; wait in line again.");
        }
    }

    private async Task WaitAsync(Task changed, TimeSpan atMost, CancellationToken stopping)
    {
        try
        {
            await changed.WaitAsync(atMost > TimeSpan.Zero ? atMost : TimeSpan.Zero, time, stopping);
        }
        catch (TimeoutException)
        {
        }
    }

    private static V1.Claim ClaimOf(ClaimStanding standing, JoinLine join) =>
        ClaimMapping.ToWire(standing.Claim!, standing.Position.Epoch, join.Actor, standing.Moment);

    private static V1.ClaimWaiting PlaceOf(ClaimStanding standing, JoinLine join) => new()
    {
        Place = standing.Place,
        Ticket = join.Ticket.ToString(),
        Claim = ClaimOf(standing, join),
    };

    /// <summary>A stream, beyond the mesh in memory that serves it.</summary>
    private sealed class Waiting(JoinLine join, KeptPlace place, TimeSpan heartbeat, Func<V1.AwaitClaimResponse, Task> write)
    {
        public JoinLine Join => join;

        public KeptPlace Place => place;

        public TimeSpan Heartbeat => heartbeat;

        public Func<V1.AwaitClaimResponse, Task> Write => write;

        public required Action<long> Count { get; init; }

        public bool HasBegun { get; set; }

        public ClaimStanding? Told { get; set; }

        public long SentAt { get; set; }

        public long JoinedAt { get; set; }

        /// <summary>Until when the place lasts, as the mesh has told last, and in which epoch. Null: it was not told yet.</summary>
        public (string Epoch, DateTimeOffset Until)? Known { get; set; }
    }
}
