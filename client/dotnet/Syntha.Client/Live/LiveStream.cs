using Grpc.Core;

using Syntha.Client.Transport;

namespace Syntha.Client.Live;

/// <summary>One connection of a subscription, until it ends in one way or another. Used by one reader at a time.</summary>
internal sealed class LiveStream(StreamCall call, UserCalls calls) : IDisposable
{
    internal V1.StreamMessage Message { get; private set; } = new();

    /// <summary>How it ended, once <see cref="ReadAsync"/> has answered that there is nothing more.</summary>
    internal StreamEnd End { get; private set; }

    /// <param name="limit">How long the network may be silent. Only time while this method runs counts.</param>
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
            throw new OperationCanceledException("The subscription was cancelled by the caller.", exception, cancellationToken);
        }
        catch (RpcException exception)
        {
            End = StreamEnd.Of(calls.FailureOf(exception));
            return false;
        }

        Message = call.Message;
        if (Message.Ending is not { } ending)
        {
            return true;
        }

        // Its position is left alone: what was handed out says where to go on, and is never further than it should be.
        End = StreamEnd.Of(ending.Reason);
        return false;
    }

    public void Dispose() => call.Dispose();

    // The disposal is about to end it: its failure is expected, and nobody waits for it.
    private static void Forget(Task reading) =>
        _ = reading.ContinueWith(
            static ended => _ = ended.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
}
