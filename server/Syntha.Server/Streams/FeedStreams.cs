using System.Text.Json;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Syntha.Mesh.Following;
using Syntha.Mesh.Serving;
using Syntha.Mesh.Writing;
using Syntha.Server.Admission;
using Syntha.Server.Audit;
using Syntha.Server.Credentials;
using Syntha.Server.Mapping;
using Syntha.V1;
using Tool = Syntha.Mesh.Access.Tool;

namespace Syntha.Server.Streams;

/// <summary>
/// Runs live streams. Each stream has one task, and only this task writes to it. The task reads the next changes with the feed's own cursor
/// after the message before has gone out, so a slow reader holds up only its own stream. It is the main type of the room Streams, which
/// uses Admission, Audit, Credentials, Mapping and Wire.
/// </summary>
internal sealed partial class FeedStreams(
    MeshRegistry meshes, StreamCount count, CallCounts counts, IOptions<StreamOptions> options, TimeProvider time,
    IHostApplicationLifetime lifetime, ILogger<FeedStreams> logger)
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(45);

    private readonly SharedFrames frames = new();
    private readonly TimeSpan stuckWrite = options.Value.StuckWriteTimeout;
    private readonly StuckMessages stuck = new(options.Value.StuckBytes);

    /// <summary>How long a stopping server waits for a message under way. It waits as long again for the last message.</summary>
    public static TimeSpan UsualLastChance { get; } = TimeSpan.FromMilliseconds(400);

    /// <summary>The usual time. Tests that need the last message on a busy machine set a longer one.</summary>
    public TimeSpan LastChance { get; set; } = UsualLastChance;

    /// <param name="request">The subscriber's request.</param>
    /// <param name="registration">The command to carry out before the stream opens. Null for none.</param>
    /// <param name="write">Sends one message.</param>
    /// <param name="context">The call.</param>
    public async Task RunAsync(
        FeedRequest request, MeshCommand? registration, Func<SubscribeResponse, Task> write, ServerCallContext context)
    {
        var caller = Caller.Of(context);
        var user = caller.User;
        using var place = count.Enter(caller);
        using var lease = await OpenAsync(caller, request, context.CancellationToken);
        if (registration is not null)
        {
            // The stream delivers values. An agent that may not read them gets no stream, and no subscription either.
            lease.View(request.Agent).Demand(Tool.GetContext);
            var origin = counts.OriginOf(context, registration.Actor, tool: null);
            await lease.Mesh!.SubmitAsync(registration with { Origin = origin }, context.CancellationToken);
        }
        using var feed = MeshFeed.Open(lease, request.Agent, request.Tool, request.Filter, request.After);
        place.Watch(feed);
        var counted = await counts.CountStreamAsync(context, request.Agent);
        var stream = new StreamOutlet(
            write, counted, context.GetHttpContext(), stuckWrite, stuck, user, LastChance, time, context.CancellationToken);
        using var expired = ExpiryOf(caller.Credential);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(
            context.CancellationToken, lifetime.ApplicationStopping, caller.Credential?.Revoked ?? default, expired.Token);
        try
        {
            await PumpAsync(feed, request, stream, ending.Token);
        }
        catch (OperationCanceledException)
            when (lifetime.ApplicationStopping.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested)
        {
            await stream.EndAsync(EndingReason.Shutdown);
        }
        catch (OperationCanceledException)
            when (caller.Credential?.IsEnded(time) == true && !context.CancellationToken.IsCancellationRequested)
        {
            await stream.SettleAsync();
            throw Credential.Invalid();
        }
        catch (OperationCanceledException) when (expired.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested)
        {
            await stream.EndAsync(EndingReason.Reloaded);
        }
        catch (MeshException slow) when (slow.Reason == ErrorReason.SlowConsumer)
        {
            if (stream.HasGivenWay)
            {
                LogGivenWay(user.Value, Encoded(request.Agent));
            }
            else
            {
                LogSlowConsumer(user.Value, Encoded(request.Agent), (int)options.Value.StuckWriteTimeout.TotalSeconds);
            }

            throw;
        }
    }

    // A timer reaches only some weeks ahead. A stream that lives as long is ended, and its reader resumes.
    private CancellationTokenSource ExpiryOf(Credential? credential)
    {
        if (credential?.ExpiresAt is not { } at)
        {
            return new();
        }
        // Some milliseconds more, because timers count by another clock. The clock that tells the time must have reached the end too.
        var left = at - time.GetUtcNow() + TimeSpan.FromMilliseconds(20);
        return new(left < TimeSpan.Zero ? TimeSpan.Zero : left > LongestTimer ? LongestTimer : left, time);
    }

    // A resume makes no store. When the user was erased meanwhile, the subscriber learns it, and the resume does not bring the user back.
    private async ValueTask<MeshLease> OpenAsync(Caller caller, FeedRequest request, CancellationToken cancellationToken)
    {
        if (request.After is null)
        {
            return await meshes.OpenCurrentAsync(caller.User, caller.Right, cancellationToken);
        }

        var lease = await meshes.FindAsync(caller.User, cancellationToken);
        return lease.Mesh is not null ? lease : throw MeshFeed.EpochChanged();
    }

    private async Task PumpAsync(MeshFeed feed, FeedRequest request, StreamOutlet stream, CancellationToken stopping)
    {
        var messages = new FeedMessages(request.View, request.Agent);
        // The snapshot is taken before `established` is sent. A commit in between comes as a change after the snapshot.
        var snapshot = request.Start == StreamStart.PlaceOneofCase.Snapshot ? feed.TakeSnapshot(messages.SizeOf) : null;
        await stream.SendAsync(FeedMessages.Established(feed, request.Heartbeat, snapshot is not null), stopping);
        while (true)
        {
            if (snapshot is not null)
            {
                using var pages = snapshot.GetEnumerator();
                while (await MoveNextAsync(feed, pages, stopping))
                {
                    if (pages.Current.Count > 0)
                    {
                        await stream.SendAsync(messages.Chunk(pages.Current), stopping);
                    }
                }

                if (feed.IsSnapshotVoid && feed.Fault is null)
                {
                    snapshot = await BeginAnewAsync(feed, messages, stream, stopping);
                    continue;
                }
                if (!feed.IsSnapshotVoid)
                {
                    await stream.SendAsync(new() { SnapshotEnd = new() { Position = ToWire.Position(feed.Through) } }, stopping);
                }

                snapshot = null;
            }
            stopping.ThrowIfCancellationRequested();
            if (feed.Fault is { Reason: ErrorReason.EpochChanged } replaced)
            {
                throw replaced;
            }

            if (feed.Fault is not null)
            {
                await stream.EndAsync(EndingReason.Reloaded);
                return;
            }
            var page = await feed.ReadAsync(stopping);
            if (page is null)
            {
                snapshot = await BeginAnewAsync(feed, messages, stream, stopping);
            }
            else if (stream.TakesFrames && frames.Find(page, feed.Through, messages) is { } frame)
            {
                await stream.SendAsync(frame, feed.Through, stopping);
            }
            else if (page.Count > 0)
            {
                foreach (var message in messages.Changes(page, feed.Through))
                {
                    await stream.SendAsync(message, stopping);
                }
            }
            else if (time.GetElapsedTime(stream.LastSent) is var silence && silence >= request.Heartbeat)
            {
                await stream.SendAsync(new() { Progress = new() { Through = ToWire.Position(feed.Through) } }, stopping);
            }
            else
            {
                await feed.WaitAsync(request.Heartbeat - silence, time, stopping);
            }
        }
    }

    private static async ValueTask<bool> MoveNextAsync(
        MeshFeed feed, IEnumerator<IReadOnlyList<ContextItem>> pages, CancellationToken stopping)
    {
        await feed.TurnAsync(stopping);
        stopping.ThrowIfCancellationRequested();
        return pages.MoveNext();
    }

    private static async Task<IEnumerable<IReadOnlyList<ContextItem>>> BeginAnewAsync(
        MeshFeed feed, FeedMessages messages, StreamOutlet stream, CancellationToken stopping)
    {
        var snapshot = feed.TakeSnapshot(messages.SizeOf);
        await stream.SendAsync(new() { Reset = new() { Position = ToWire.Position(feed.Through) } }, stopping);
        return snapshot;
    }

    // A name may be any text. As JSON it cannot end the line or look like another line.
    private static string? Encoded(AgentName? agent) => agent is { } name ? JsonEncodedText.Encode(name.Value).ToString() : null;

    [LoggerMessage(3201, LogLevel.Warning, "A stream of user {User}, agent {Agent}, ends: its reader took nothing for {Seconds} s")]
    private partial void LogSlowConsumer(string user, string? agent, int seconds);

    [LoggerMessage(
        3202, LogLevel.Warning,
        "A stream of user {User}, agent {Agent}, is reset: the readers of the user take too little, and its message has waited longest")]
    private partial void LogGivenWay(string user, string? agent);
}
