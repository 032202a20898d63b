using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Syntha.Server.Wire;

/// <summary>
/// Lets the frames of an HTTP/2 connection in, and waits while too many of its calls have begun that no thread has taken up yet. The
/// platform puts each call that begins into the line of the thread pool, also when its client cancels it in the next frame. So a few
/// connections of calls that are reset at once would fill that line and the memory, and everybody's calls would wait behind them. Here
/// such a connection waits for itself. For one reader at a time; <see cref="Reached"/> is thread-safe.
/// </summary>
/// <param name="input">The frames, in the clear. Bytes that are not HTTP/2 pass.</param>
/// <param name="few">So many calls may always have begun and not be taken up.</param>
/// <param name="isFull">Whether so many, which are more than few, are too many.</param>
internal sealed class CallIntake(PipeReader input, int few, Func<int, bool> isFull) : PipeReader
{
    // RFC 9113, sections 4.1 and 6.2.
    private const int FrameHeaderBytes = 9;
    private const byte Headers = 1;

    // The platform answers some calls by itself, and they are never taken up. Only a client that does it wrong makes them.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private ReadOnlySequence<byte> last;
    private TaskCompletionSource? room;
    private bool isOther;

    // Of the bytes that are here, so many were looked at and may pass.
    private long allowed;

    // Where the look has come to: within the preface, within the header of a frame, or within its payload.
    private int prefaceSeen;
    private int headerSeen;
    private int length;
    private byte type;
    private long payloadLeft;

    // Calls that were let in and not taken up.
    private int begun;

    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>A thread has taken up a call of the connection.</summary>
    public void Reached()
    {
        var left = Interlocked.Decrement(ref begun);
        if (left < 0)
        {
            Interlocked.Increment(ref begun);
        }

        if (left <= few / 2 && Volatile.Read(ref room) is { } waiting)
        {
            waiting.TrySetResult();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken);
            if (Passes(read, out var passing))
            {
                return passing;
            }

            // Nothing counts as examined, so the next read ends at once.
            input.AdvanceTo(read.Buffer.Start);
            await RoomAsync();
        }
    }

    public override bool TryRead(out ReadResult result)
    {
        if (!input.TryRead(out var read))
        {
            result = default;
            return false;
        }

        if (Passes(read, out result))
        {
            return true;
        }

        input.AdvanceTo(read.Buffer.Start);
        return false;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        allowed = Math.Max(0, allowed - last.Slice(0, consumed).Length);
        last = default;
        input.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead()
    {
        Volatile.Read(ref room)?.TrySetResult();
        input.CancelPendingRead();
    }

    public override void Complete(Exception? exception = null) => input.Complete(exception);

    private bool Passes(in ReadResult read, out ReadResult passing)
    {
        last = read.Buffer;
        if (!isOther)
        {
            Look(read.Buffer);
        }

        if (isOther || allowed == read.Buffer.Length || read.IsCanceled)
        {
            passing = read;
            return true;
        }

        passing = new(read.Buffer.Slice(0, allowed), isCanceled: false, isCompleted: false);
        return allowed > 0;
    }

    // Goes on until the end of the bytes, or until a frame that has no room.
    private void Look(in ReadOnlySequence<byte> buffer)
    {
        var bytes = new SequenceReader<byte>(buffer.Slice(allowed));
        Span<byte> header = stackalloc byte[FrameHeaderBytes];
        while (!bytes.End && !isOther)
        {
            if (payloadLeft > 0)
            {
                var passed = Math.Min(payloadLeft, bytes.Remaining);
                bytes.Advance(passed);
                payloadLeft -= passed;
            }
            else if (headerSeen == 0 && prefaceSeen == Preface.Length && IsFull(Volatile.Read(ref begun)))
            {
                break;
            }
            else if (headerSeen == 0 && prefaceSeen == Preface.Length && bytes.TryCopyTo(header))
            {
                bytes.Advance(FrameHeaderBytes);
                BeginFrame((header[0] << 16) | (header[1] << 8) | header[2], header[3]);
            }
            else
            {
                bytes.TryRead(out var next);
                LookAt(next);
            }
        }

        allowed += bytes.Consumed;
    }

    private bool IsFull(int waiting) => waiting >= few && isFull(waiting);

    private void LookAt(byte next)
    {
        if (prefaceSeen < Preface.Length)
        {
            isOther = next != Preface[prefaceSeen++];
            return;
        }

        switch (headerSeen++)
        {
            case < 3:
                length = (length << 8) | next;
                break;
            case 3:
                type = next;
                break;
            case FrameHeaderBytes - 1:
                BeginFrame(length, type);
                (length, headerSeen) = (0, 0);
                break;
        }
    }

    private void BeginFrame(int payload, byte kind)
    {
        payloadLeft = payload;
        if (kind == Headers)
        {
            Interlocked.Increment(ref begun);
        }
    }

    private async ValueTask RoomAsync()
    {
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // A full fence between this and the look: a call may be taken up meanwhile.
        Interlocked.Exchange(ref room, waiting);
        if (Volatile.Read(ref begun) <= few / 2)
        {
            waiting.TrySetResult();
        }

        try
        {
            await waiting.Task.WaitAsync(LongestWait);
        }
        catch (TimeoutException)
        {
            Volatile.Write(ref begun, 0);
        }
        finally
        {
            Volatile.Write(ref room, null);
        }
    }
}
