using Grpc.Core;


namespace Syntha.Client;

/// <summary>One connection of a subscription, until it ends. For one reader at a time.</summary>
/// <param name="call">The stream of the contract.</param>
/// <param name="calls">The user's calls.</param>
/// <param name="wasServed">Whether the subscription was ever served.</param>
internal sealed class LiveStream(StreamCall call, UserCalls calls, Func<bool> wasServed) : IDisposable
{
    internal V1.SubscribeResponse Message { get; private set; } = new();

    /// <summary>How it ended. Set when <see cref="ReadAsync"/> has answered that there is no other message.</summary>
    internal StreamEnd End { get; private set; }

    /// <param name="limit">How long the network may be silent. Only the time while this method runs counts.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    /// <returns>Whether there is a message.</returns>
    internal async ValueTask<bool> ReadAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var reading = call.MoveNextAsync(cancellationToken);
        try
        {
            if (!await reading.WaitAsync(limit, calls.Options.TimeProvider, cancellationToken).ConfigureAwait(false))
            {
                End = StreamEnd.Interrupted(InterruptionReason.Ended);
                return false;
            }
        }
        catch (TimeoutException)
        {
            Forget(reading);
            End = StreamEnd.Interrupted(InterruptionReason.Silent);
            return false;
        }
        catch (OperationCanceledException)
        {
            Forget(reading);
            throw;
        }
        catch (RpcException exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException("The caller cancelled the subscription.", exception, cancellationToken);
        }
        catch (RpcException exception)
        {
            End = StreamEnd.Of(calls.FailureOf(exception), wasServed());
            return false;
        }

        Message = call.Message;
        if (Message.Ending is not { } ending)
        {
            return true;
        }

        // The position of the last event that was handed out says where to go on. The message's own position is not needed.
        End = StreamEnd.Of(ending.Reason);
        return false;
    }

    public void Dispose() => call.Dispose();

    // Disposing the call ends this read. Its failure is expected, and no task waits for it.
    private static void Forget(Task reading) =>
        _ = reading.ContinueWith(
            static ended => _ = ended.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
}
