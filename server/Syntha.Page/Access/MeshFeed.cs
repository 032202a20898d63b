using System.Runtime.CompilerServices;
using Grpc.Core;

namespace Syntha.Page.Access;

/// <summary>
/// Follows a user's mesh for as long as the view is open. It resumes where it was cut, and says when something is missing.
/// </summary>
/// <param name="calls">The mesh.</param>
/// <param name="request">What to follow. Its start is replaced.</param>
/// <param name="after">The position to resume after. Null: it starts now.</param>
public sealed class MeshFeed(MeshClient calls, SubscribeRequest request, Position? after)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>How far it has got. Null: it was never established.</summary>
    public Position? Through { get; private set; } = after;

    /// <summary>Reads until the token is cancelled. It ends by itself only when the reader may not follow the mesh.</summary>
    /// <exception cref="RpcException">The stream is refused, and will be.</exception>
    public async IAsyncEnumerable<FeedNews> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        var hasGap = false;
        while (!cancellationToken.IsCancellationRequested)
        {
            using var call = calls.Subscribe(Start(), cancellationToken);
            RpcException? fault = null;
            while (true)
            {
                try
                {
                    if (!await call.ResponseStream.MoveNext(cancellationToken))
                    {
                        break;
                    }
                }
                catch (RpcException cut)
                {
                    fault = cut;
                    break;
                }

                var message = call.ResponseStream.Current;
                if (message.MessageCase == SubscribeResponse.MessageOneofCase.Established)
                {
                    pause = FirstPause;
                    Through ??= message.Established.Position;
                    yield return new FeedOpened(message.Established.Position, hasGap);
                    hasGap = false;
                }
                else if (message.MessageCase == SubscribeResponse.MessageOneofCase.Changes)
                {
                    Through = message.Changes.Through ?? Through;
                    yield return new FeedChanges(message.Changes.Changes_, Through);
                }
                else if (message.MessageCase is SubscribeResponse.MessageOneofCase.Progress)
                {
                    Through = message.Progress.Through;
                }
                else if (message.MessageCase == SubscribeResponse.MessageOneofCase.Ending)
                {
                    Through = message.Ending.Through ?? Through;
                }
                else if (message.MessageCase == SubscribeResponse.MessageOneofCase.Reset)
                {
                    // What follows is a snapshot, which the caller reads by lists of its own.
                    yield return new FeedOpened(message.Reset.Position, HasGap: true);
                }
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (fault is not null)
            {
                var reason = PageFault.ReasonOf(fault);
                if (reason is "EPOCH_CHANGED" or "HISTORY_COMPACTED" or "REVISION_IN_FUTURE")
                {
                    (Through, hasGap) = (null, true);
                }
                else if (!PageFault.MayPass(fault))
                {
                    throw fault;
                }

                yield return new FeedCut(PageFault.Of(fault));
            }

            await Task.Delay(pause, cancellationToken);
            pause = TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, LongestPause.Ticks));
        }
    }

    private SubscribeRequest Start() => new(request)
    {
        Start = Through is { Epoch.Length: > 0 } place ? new() { After = place } : new() { Now = new() },
    };
}

/// <summary>What a feed tells.</summary>
public abstract record FeedNews;

/// <summary>The feed is open.</summary>
/// <param name="Position">What it tells comes after this.</param>
/// <param name="HasGap">Whether changes are missing since it was last open, so that what was read must be read anew.</param>
public sealed record FeedOpened(Position Position, bool HasGap) : FeedNews;

/// <summary>Changes, in order.</summary>
/// <param name="Changes">The changes.</param>
/// <param name="Through">How far the feed has got. Null: a revision goes on.</param>
public sealed record FeedChanges(IReadOnlyList<Change> Changes, Position? Through) : FeedNews;

/// <summary>The feed was cut, and opens again.</summary>
/// <param name="Fault">Why.</param>
public sealed record FeedCut(PageFault Fault) : FeedNews;
