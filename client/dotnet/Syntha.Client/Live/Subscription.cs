using System.Runtime.CompilerServices;
using System.Text.Json;

using Syntha.Client.Transport;

namespace Syntha.Client.Live;

/// <summary>
/// Runs a subscription over as many connections as it takes. It reads when it is asked for the next event and never ahead, so it holds
/// no more than one message, and the pieces of one revision.
/// </summary>
/// <param name="calls">The user's way to the server.</param>
/// <param name="open">Opens a stream at a start, registering nothing if it resumes.</param>
/// <param name="options">How it keeps its connection.</param>
/// <param name="start">Where it starts.</param>
/// <param name="jsonOptions">How items are read.</param>
internal sealed class Subscription(
    UserCalls calls,
    Func<V1.StreamStart, bool, CancellationToken, StreamCall> open,
    SubscriptionOptions options,
    SubscriptionStart start,
    JsonSerializerOptions jsonOptions)
{
    // Two heartbeats that did not come.
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
            using (var stream = new LiveStream(open(cursor.Start, cursor.Resumes, cancellationToken), calls))
            {
                while (await stream.ReadAsync(LimitOf(cursor), cancellationToken).ConfigureAwait(false))
                {
                    wasServed = true;
                    foreach (var contextEvent in cursor.Take(stream.Message))
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        // A stream that is opened and gets no further is no success: the waits go on growing.
                        if (contextEvent is ContextEvent.Committed or ContextEvent.Progress or ContextEvent.SnapshotCompleted)
                        {
                            backoff.Reset();
                        }

                        yield return contextEvent;
                    }
                }

                end = stream.End.Failure is { } failure && IsMended(failure, cursor.Resumes, wasServed)
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
                    // The server has just answered: there is nothing to wait for, unless it does so again.
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

    // What another attempt may mend here although it mends it nowhere else. Streams that broke may be counted still, until the server has
    // noticed: whoever was served before waits for that. And a token that opened this stream has run out: there may be a newer one.
    private bool IsMended(SynthaException failure, bool resumes, bool wasServed) => failure.Reason switch
    {
        ErrorReason.SubscriptionLimit => resumes,
        ErrorReason.CredentialsInvalid => wasServed && calls.Options.TokenProvider is not null,
        _ => false,
    };

    private TimeSpan LimitOf(StreamCursor cursor) =>
        cursor.Heartbeat is not { } heartbeat ? calls.Options.CallTimeout ?? Timeout.InfiniteTimeSpan
        : (heartbeat > TimeSpan.Zero ? heartbeat : options.Heartbeat) * SilentHeartbeats;
}
