using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Syntha.Server.Wire;

/// <summary>
/// Lets the frames of an HTTP/2 connection in, and holds two kinds back. For one reader at a time; the other methods are thread-safe.
/// <para>
/// Calls wait while too many of the connection have begun that no thread has taken up yet. The platform puts each call that begins into the
/// line of the thread pool, also when its client cancels it in the next frame. So a few connections of calls that are reset at once would
/// fill that line and the memory, and everybody's calls would wait behind them. Here such a connection waits for itself.
/// </para>
/// <para>
/// Messages wait, beyond a few kilobytes, while their connection has proved nothing and their call is not over. The platform keeps what has
/// arrived of a message, whether the call is refused or not, so that a stranger's messages would cost as much as a client's.
/// </para>
/// </summary>
/// <param name="input">The frames, in the clear. Bytes that are not HTTP/2 pass.</param>
/// <param name="few">So many calls may always have begun and not be taken up.</param>
/// <param name="isFull">Whether so many, which are more than few, are too many.</param>
/// <param name="isProven">Whether a call on the connection was admitted.</param>
internal sealed class CallIntake(PipeReader input, int few, Func<int, bool> isFull, Func<bool> isProven) : PipeReader
{
    /// <summary>So many bytes of messages may arrive for calls of an unproven connection that are not over.</summary>
    public const int MostEarlyBytes = 16 << 10;

    // RFC 9113, sections 4.1, 6.1 and 6.2.
    private const int FrameHeaderBytes = 9;
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte Reset = 3;

    // The platform answers some calls by itself, and they are never taken up. Only a client that does it wrong makes them.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestHold = TimeSpan.FromSeconds(10);

    // Calls of the unproven connection that are not over, and how much of the message of each has arrived. Its own lock.
    private readonly Dictionary<int, int> undecided = [];
    private ReadOnlySequence<byte> last;
    private TaskCompletionSource? room;
    private volatile bool isOther;
    private volatile bool isCancelled;
    private bool prefaceSeen;

    // Of the bytes that are here, so many were looked at and may pass. Behind them is a whole header, or a part of one, or nothing.
    private long allowed;
    private bool hasPart;
    private long payloadLeft;

    // Calls that were let in and not taken up.
    private int begun;
    private int earlyBytes;

    // The call of the message that is held. 0: none is.
    private int held;

    /// <summary>Whether a call on the connection was admitted.</summary>
    public bool IsProven => isProven();

    /// <summary>
    /// Whether a call may have been cancelled by its client. False: the client has cancelled none so far, and the connection is whole. It
    /// is known before the platform cancels a call. What is not HTTP/2 is not known.
    /// </summary>
    public bool MayHaveCancelled => isCancelled || isOther;

    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>A thread has taken up a call of the connection.</summary>
    public void Reached()
    {
        var left = Interlocked.Decrement(ref begun);
        if (left < 0)
        {
            Interlocked.Increment(ref begun);
        }

        if (left <= few / 2)
        {
            LookAgain();
        }
    }

    /// <summary>A call of the connection is over.</summary>
    public void Decided(int streamId)
    {
        lock (undecided)
        {
            Forget(streamId);
        }

        LookAgain();
    }

    /// <summary>The connection is proven.</summary>
    public void Proved() => LookAgain();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            ReadResult read;
            try
            {
                read = await input.ReadAsync(cancellationToken);
            }
            catch
            {
                isCancelled = true;
                throw;
            }

            if (Passes(read, out var passing))
            {
                return passing;
            }

            if (hasPart)
            {
                input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
            else
            {
                // Nothing counts as examined, so the next read ends at once.
                input.AdvanceTo(read.Buffer.Start);
                await RoomAsync();
            }
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

        input.AdvanceTo(read.Buffer.Start, hasPart ? read.Buffer.End : read.Buffer.Start);
        return false;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        // What the reader has not seen, a part of a header, is looked at again when more is here.
        var isAllSeen = hasPart && last.Slice(0, examined).Length == allowed;
        var end = last.End;
        allowed = Math.Max(0, allowed - last.Slice(0, consumed).Length);
        last = default;
        input.AdvanceTo(consumed, isAllSeen ? end : examined);
    }

    public override void CancelPendingRead()
    {
        isCancelled = true;
        LookAgain();
        input.CancelPendingRead();
    }

    public override void Complete(Exception? exception = null) => input.Complete(exception);

    private bool Passes(in ReadResult read, out ReadResult passing)
    {
        last = read.Buffer;
        hasPart = false;
        if (read.IsCompleted || read.IsCanceled)
        {
            isCancelled = true;
        }

        if (!isOther)
        {
            Look(read.Buffer);
            if (hasPart && read.IsCompleted)
            {
                // It never becomes whole.
                (allowed, hasPart) = (read.Buffer.Length, false);
            }
        }

        if (isOther || allowed == read.Buffer.Length || read.IsCanceled)
        {
            hasPart = false;
            passing = read;
            return true;
        }

        passing = new(read.Buffer.Slice(0, allowed), isCanceled: false, isCompleted: false);
        return allowed > 0;
    }

    // Goes on until the end of the bytes, or until a frame that is held.
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
            else if (!prefaceSeen)
            {
                if (!LookAtPreface(ref bytes))
                {
                    break;
                }
            }
            else if (!bytes.TryCopyTo(header))
            {
                hasPart = true;
                break;
            }
            else if (!MayBegin(header))
            {
                break;
            }
            else
            {
                bytes.Advance(FrameHeaderBytes);
            }
        }

        allowed += bytes.Consumed;
    }

    // False: more bytes are needed to tell.
    private bool LookAtPreface(ref SequenceReader<byte> bytes)
    {
        Span<byte> begin = stackalloc byte[Preface.Length];
        begin = begin[..(int)Math.Min(bytes.Remaining, begin.Length)];
        bytes.TryCopyTo(begin);
        isOther = !Preface.StartsWith(begin);
        prefaceSeen = begin.Length == Preface.Length;
        hasPart = !isOther && !prefaceSeen;
        if (prefaceSeen)
        {
            bytes.Advance(begin.Length);
        }

        return prefaceSeen;
    }

    // Whether the frame may pass. If so, it has begun.
    private bool MayBegin(ReadOnlySpan<byte> header)
    {
        held = 0;
        var waiting = Volatile.Read(ref begun);
        if (waiting >= few && isFull(waiting))
        {
            return false;
        }

        var (payload, type) = ((header[0] << 16) | (header[1] << 8) | header[2], header[3]);
        if (type <= Headers && !isProven() && !MayBeginUnproven(type, payload, BinaryPrimitives.ReadInt32BigEndian(header[5..])))
        {
            return false;
        }

        if (type == Headers)
        {
            Interlocked.Increment(ref begun);
        }

        if (type == Reset)
        {
            isCancelled = true;
        }

        payloadLeft = payload;
        return true;
    }

    private bool MayBeginUnproven(byte type, int payload, int streamId)
    {
        lock (undecided)
        {
            if (type == Headers)
            {
                // The platform ends the connection of a client that begins more calls than it may have open.
                undecided.TryAdd(streamId, 0);
            }
            else if (undecided.TryGetValue(streamId, out var before))
            {
                if (earlyBytes + payload > MostEarlyBytes)
                {
                    held = streamId;
                    return false;
                }

                undecided[streamId] = before + payload;
                earlyBytes += payload;
            }
            return true;
        }
    }

    private bool IsHeld()
    {
        if (held == 0)
        {
            return Volatile.Read(ref begun) > few / 2;
        }

        lock (undecided)
        {
            return undecided.ContainsKey(held) && !isProven();
        }
    }

    // Under the lock.
    private void Forget(int streamId)
    {
        if (undecided.Remove(streamId, out var arrived))
        {
            earlyBytes -= arrived;
        }
    }

    private void LookAgain() => Volatile.Read(ref room)?.TrySetResult();

    private async ValueTask RoomAsync()
    {
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // A full fence between this and the look: a call may be taken up or decided meanwhile.
        Interlocked.Exchange(ref room, waiting);
        if (!IsHeld())
        {
            waiting.TrySetResult();
        }

        try
        {
            await waiting.Task.WaitAsync(held == 0 ? LongestWait : LongestHold);
        }
        catch (TimeoutException) when (held == 0)
        {
            Volatile.Write(ref begun, 0);
        }
        catch (TimeoutException)
        {
            Decided(held);
        }
        finally
        {
            Volatile.Write(ref room, null);
        }
    }
}
