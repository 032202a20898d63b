using System.Runtime.CompilerServices;
using System.Text.Json;


namespace Syntha.Client;

/// <summary>
/// Runs a subscription over as many connections as it takes. It reads when it is asked for the next event and never ahead, so it holds at
/// most one message and the changes of one revision.
/// </summary>
/// <param name="calls">The user's calls.</param>
/// <param name="open">Opens a stream at a start. The second argument says whether the topics are registered already.</param>
/// <param name="options">How the subscription keeps its connection.</param>
/// <param name="start">Where it starts.</param>
/// <param name="jsonOptions">How items are read.</param>
internal sealed class Subscription(
    UserCalls calls,
    Func<V1.StreamStart, bool, CancellationToken, StreamCall> open,
    SubscriptionOptions options,
    SubscriptionStart start,
    JsonSerializerOptions jsonOptions)
{
    // As many heartbeats in a row must fail to come.
    private const int SilentHeartbeats = 2;

    private TimeSpan RetryDelay => options.RetryDelay ?? calls.Options.RetryDelay;

    private TimeSpan MaxRetryDelay => options.MaxRetryDelay
        ?? (calls.Options.MaxRetryDelay > RetryDelay ? calls.Options.MaxRetryDelay : RetryDelay);

    /// <exception cref="ArgumentException">The options break a rule.</exception>
    internal static void ThrowIfFaulty(SubscriptionOptions options, SynthaClientOptions client)
    {
        var retryDelay = options.RetryDelay ?? client.RetryDelay;
        if (SynthaClientOptionsValidator.IsNoTime(retryDelay))
        {
            throw new ArgumentException(
                $"{nameof(options.RetryDelay)} is {retryDelay}. Give a time above zero and up to "
                + $"{SynthaClientOptionsValidator.LongestTime.TotalHours} hours.",
                nameof(options));
        }

        if (options.MaxRetryDelay is { } longest && (longest < retryDelay || SynthaClientOptionsValidator.IsNoTime(longest)))
        {
            throw new ArgumentException(
                $"{nameof(options.MaxRetryDelay)} is {longest}. Give {nameof(options.RetryDelay)}, which is {retryDelay}, up to "
                + $"{SynthaClientOptionsValidator.LongestTime.TotalHours} hours.",
                nameof(options));
        }
    }

    internal async IAsyncEnumerable<ContextEvent> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var cursor = new StreamCursor(start, jsonOptions);
        var backoff = new Backoff(RetryDelay, MaxRetryDelay, calls.Options.Jitter);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            StreamEnd end;
            var wasServed = false;
            var call = open(cursor.Start, cursor.IsRegistered, cancellationToken);
            using (var stream = new LiveStream(call, calls, () => cursor.IsRegistered))
            {
                while (await stream.ReadAsync(LimitOf(cursor), cancellationToken).ConfigureAwait(false))
                {
                    wasServed = true;
                    foreach (var contextEvent in cursor.Take(stream.Message))
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        // A stream that opens and gets no further is no success. The waits go on growing.
                        if (contextEvent is ContextEvent.Committed or ContextEvent.Progress or ContextEvent.SnapshotCompleted)
                        {
                            backoff.Reset();
                        }

                        yield return contextEvent;
                    }
                }

                end = stream.End.Failure is { } failure && MayMend(failure, cursor.IsRegistered, wasServed)
                    ? StreamEnd.Interrupted(InterruptionReason.Failed, failure)
                    : stream.End;
            }

            calls.ThrowIfStreamsClosed();
            cursor.Disconnect();
            var delay = backoff.Next(end.Failure?.RetryAfter);
            if (end.Reset is { } reset)
            {
                cursor.BeginAnew();
                yield return new ContextEvent.Reset(reset);
                if (backoff.Failures == 1)
                {
                    // The server has just answered, so there is nothing to wait for, unless it resets again.
                    continue;
                }
            }
            else if (end.Interruption is { } interruption)
            {
                yield return new ContextEvent.Interrupted(interruption, end.Failure, backoff.Failures, delay);
            }
            else
            {
                throw end.Failure!;
            }

            await Task.Delay(delay, calls.Options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    // Two failures that another attempt mends only here. Streams that broke still count against the quota until the server notices, so a
    // subscription that was served before waits for that. The token that opened this stream has expired, and the provider may have another.
    private bool MayMend(SynthaException failure, bool wasServedBefore, bool wasServed) => failure.Reason switch
    {
        ErrorReason.QuotaStreams => wasServedBefore,
        ErrorReason.CredentialsInvalid => wasServed && calls.Options.TokenProvider is not null,
        _ => false,
    };

    private TimeSpan LimitOf(StreamCursor cursor) =>
        cursor.Heartbeat is not { } heartbeat ? calls.Options.CallTimeout ?? Timeout.InfiniteTimeSpan
        : (heartbeat > TimeSpan.Zero ? heartbeat : options.Heartbeat) * SilentHeartbeats;
}
