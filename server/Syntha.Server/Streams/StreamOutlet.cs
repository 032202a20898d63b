using Syntha.Server.Mapping;
using Syntha.Server.Wire;
using Syntha.V1;

namespace Syntha.Server.Streams;

/// <summary>
/// Sends the messages of one stream. It knows how far the reader has got, when the last message was sent, and when a message is stuck. Only
/// the task that writes to the stream uses it.
/// </summary>
internal sealed class StreamOutlet(
    Func<SubscribeResponse, Task> write, Action<long> count, HttpContext http, TimeSpan stuckWrite, StuckMessages stuck, UserId user,
    TimeSpan lastChance, TimeProvider time, CancellationToken callEnded)
{
    private readonly FrameWriter? frames = FrameWriter.Find(http);
    private Task sending = Task.CompletedTask;

    // The position to resume after, once the message under way is out. Null while a snapshot is under way, because its reader has nothing
    // yet that it could build on.
    private Mesh.Log.Position? through;

    /// <summary>Whether the stream takes messages that are already written as frames.</summary>
    public bool TakesFrames => frames is not null;

    public long LastSent { get; private set; } = time.GetTimestamp();

    /// <summary>Whether the stream was reset, because the messages of the user's streams that are stuck hold too much memory.</summary>
    public bool HasGivenWay { get; private set; }

    // Kestrel knows that the reader has gone a moment before it cancels the token that was asked for earlier.
    private bool HasReaderGone => callEnded.IsCancellationRequested || http.RequestAborted.IsCancellationRequested;

    /// <param name="message">The next message.</param>
    /// <param name="stopping">Ends the wait. The message still goes out.</param>
    /// <exception cref="MeshException">SLOW_CONSUMER.</exception>
    public ValueTask SendAsync(SubscribeResponse message, CancellationToken stopping)
    {
        through = After(message);
        // The write gets no token. A token that is cancelled during a write resets the whole call, and then the stream could not say why it
        // ends.
        if (frames is not null && message.Changes is { } changes)
        {
            var frame = new ChangesFrame(changes);
            sending = frames.WriteAsync(frame);
            count(frame.Bytes);
            return FinishAsync(frame.Bytes, stopping);
        }

        sending = write(message);
        var bytes = message.CalculateSize();
        count(bytes);
        return FinishAsync(bytes, stopping);
    }

    /// <summary>Sends a message that is already written as a frame. It cannot be the first message, which opens the answer.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="position">The position in the message.</param>
    /// <param name="stopping">Ends the wait. The message still goes out.</param>
    /// <exception cref="MeshException">SLOW_CONSUMER.</exception>
    public ValueTask SendAsync(ReadOnlyMemory<byte> frame, Mesh.Log.Position position, CancellationToken stopping)
    {
        through = position;
        sending = frames!.WriteAsync(frame);
        count(frame.Length);
        return FinishAsync(frame.Length, stopping);
    }

    /// <summary>Sends the last message. When the reader takes nothing, cuts off the call, which would hold up the server.</summary>
    public async Task EndAsync(EndingReason reason)
    {
        try
        {
            await sending.WaitAsync(lastChance, time);
            var ending = new Ending { Reason = reason, Through = through is { } position ? ToWire.Position(position) : null };
            await write(new() { Ending = ending }).WaitAsync(lastChance, time);
        }
        catch (TimeoutException)
        {
            http.Abort();
        }
        catch (InvalidOperationException) when (HasReaderGone)
        {
        }
    }

    /// <summary>
    /// Waits until the message under way is out, so that a status can follow. Cuts off the call when the reader takes nothing.
    /// </summary>
    public async Task SettleAsync()
    {
        try
        {
            await sending.WaitAsync(lastChance, time);
        }
        catch (TimeoutException)
        {
            http.Abort();
        }
        catch (InvalidOperationException) when (HasReaderGone)
        {
        }
    }

    private ValueTask FinishAsync(long bytes, CancellationToken stopping)
    {
        if (!sending.IsCompletedSuccessfully)
        {
            return new(AwaitAsync(bytes, stopping));
        }

        LastSent = time.GetTimestamp();
        return ValueTask.CompletedTask;
    }

    private async Task AwaitAsync(long bytes, CancellationToken stopping)
    {
        using var giveWay = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var message = stuck.Add(user, bytes, giveWay);
        try
        {
            await sending.WaitAsync(stuckWrite, time, giveWay.Token);
            LastSent = time.GetTimestamp();
        }
        catch (OperationCanceledException) when (message.HasGivenWay && !stopping.IsCancellationRequested)
        {
            // Only the end of the call frees what is on its way. A status would wait behind it, so the reader gets none.
            HasGivenWay = true;
            http.Abort();
            throw new MeshException(
                ErrorReason.SlowConsumer, "The readers of this user's streams take too little; resume after the last position seen.");
        }
        catch (TimeoutException)
        {
            throw new MeshException(
                ErrorReason.SlowConsumer, "The reader of this stream took no message for too long; resume after the last position seen.");
        }
        catch (InvalidOperationException) when (HasReaderGone)
        {
            throw FrameWriter.ReaderGone();
        }
    }

    private Mesh.Log.Position? After(SubscribeResponse message) => message.MessageCase switch
    {
        SubscribeResponse.MessageOneofCase.Established when !message.Established.SnapshotFollows => Of(message.Established.Position),
        SubscribeResponse.MessageOneofCase.SnapshotEnd => Of(message.SnapshotEnd.Position),
        SubscribeResponse.MessageOneofCase.Reset => null,
        SubscribeResponse.MessageOneofCase.Changes when message.Changes.Through is { } position => Of(position),
        SubscribeResponse.MessageOneofCase.Progress => Of(message.Progress.Through),
        _ => through,
    };

    private static Mesh.Log.Position Of(Position position) => new(position.Epoch, position.Revision);
}
