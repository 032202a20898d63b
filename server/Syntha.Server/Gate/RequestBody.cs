using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Threading.RateLimiting;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using Syntha.Server.Admission;
using Syntha.Server.Wire;

namespace Syntha.Server.Gate;

/// <summary>
/// Waits until the one message of a call is here as a whole, before gRPC sees the call. gRPC would wait for it without an end, and keep it
/// parsed meanwhile. Thread-safe.
/// </summary>
internal sealed class RequestBody(BodyDeadlines deadlines, RequestBudget budget, IHostApplicationLifetime lifetime)
{
    // gRPC's: whether it is compressed, and the length.
    private const int HeaderBytes = 5;

    /// <summary>
    /// Whether the message of a call is here already, and small. This is so for nearly all calls, and costs them no allocation.
    /// </summary>
    public static bool IsHere(HttpContext http)
    {
        try
        {
            if (DirectReader(http) is not { } reader || !reader.TryRead(out var read))
            {
                return false;
            }

            var isHere = read is { IsCompleted: true, IsCanceled: false } && read.Buffer.Length is > 0 and <= RequestBudget.Uncounted
                && read.Buffer.FirstSpan[0] == 0;
            // Nothing counts as examined, so that gRPC reads it at once.
            reader.AdvanceTo(read.Buffer.Start);
            return isHere;
        }
        catch (Exception gone) when (IsGone(gone))
        {
            return false;
        }
    }

    /// <summary>Waits for the message of a call.</summary>
    /// <param name="http">The call.</param>
    /// <param name="caller">The name of the share in the budget.</param>
    /// <param name="limit">How large the message may be.</param>
    public async ValueTask<Arrival> ArriveAsync(HttpContext http, string caller, int limit)
    {
        var due = deadlines.Next();
        RateLimitLease? bytes = null;
        try
        {
            // gRPC-Web's reader of text cannot be read twice, so the message is copied out of it.
            var copy = DirectReader(http) is null ? new ArrayBufferWriter<byte>() : null;
            var reader = http.Request.BodyReader;
            while (true)
            {
                var read = await reader.ReadAsync(due);
                var (here, isCompressed, length) = Examine(reader, read.Buffer, copy);
                if (Math.Max(here, length) > limit)
                {
                    return Refused(bytes, MeshException.OverLimit(
                        ErrorReason.RequestTooLarge, "The message is too large", limit, Math.Max(here, length), "bytes"));
                }

                // The message is counted once, by the length that its header gives.
                if (here > length)
                {
                    return Refused(bytes, TooLong());
                }

                // A compressed message may be as large as any when it is read. A small one counts when it did not come at once, because
                // a caller may hold many of them open. Before the header is here as a whole, nothing else is.
                var cost = isCompressed ? limit : (int)length;
                if (bytes is null && here >= 0 && (cost > RequestBudget.Uncounted || !read.IsCompleted))
                {
                    bytes = await budget.TakeAsync(caller, cost);
                    if (bytes is null)
                    {
                        return Refused(bytes, Busy());
                    }
                }

                if (read.IsCompleted)
                {
                    if (copy is not null)
                    {
                        http.Features.Set<IRequestBodyPipeFeature>(new Copied(PipeReader.Create(new(copy.WrittenMemory))));
                    }

                    return new(IsGone: false, null, null, bytes);
                }
            }
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return Refused(bytes, CallAdmission.Draining());
        }
        catch (OperationCanceledException) when (due.IsCancellationRequested)
        {
            bytes?.Dispose();
            return new(IsGone: false, Late(), null, null);
        }
        catch (InvalidOperationException notBase64)
        {
            return Refused(bytes, Malformed("it is not in the form of gRPC-Web.", notBase64));
        }
        catch (Exception gone) when (IsGone(gone))
        {
            bytes?.Dispose();
            return new(IsGone: true, null, null, null);
        }
    }

    /// <summary>Reads the body of a call that did not come by gRPC, under the same bounds.</summary>
    /// <param name="http">The call.</param>
    /// <param name="caller">The name of the share in the budget.</param>
    /// <param name="limit">How large the body may be.</param>
    /// <returns>The bytes are empty where they did not arrive.</returns>
    public async ValueTask<(Arrival Arrival, byte[] Content)> ReadAsync(HttpContext http, string caller, int limit)
    {
        var due = deadlines.Next();
        RateLimitLease? bytes = null;
        try
        {
            var known = http.Request.ContentLength;
            var content = new ArrayBufferWriter<byte>();
            var reader = http.Request.BodyReader;
            // A read that its own token ends would leave the reader in use, and the platform could not read the rest away.
            using var ending = due.UnsafeRegister(static body => ((PipeReader)body!).CancelPendingRead(), reader);
            while (true)
            {
                // A body that says it is too large is not read at all.
                if (Math.Max(known ?? 0, content.WrittenCount) is var size && size > limit)
                {
                    return (Refused(bytes, MeshException.OverLimit(
                        ErrorReason.RequestTooLarge, "The body is too large", limit, size, "bytes")), []);
                }

                var read = await reader.ReadAsync(CancellationToken.None);
                if (read.IsCanceled)
                {
                    reader.AdvanceTo(read.Buffer.Start);
                    due.ThrowIfCancellationRequested();
                }

                // A body that does not say its length may become as large as any.
                var cost = (int)(known ?? (read.IsCompleted ? Math.Min(read.Buffer.Length, limit) : limit));
                if (bytes is null && (cost > RequestBudget.Uncounted || !read.IsCompleted))
                {
                    bytes = await budget.TakeAsync(caller, cost);
                    if (bytes is null)
                    {
                        return (Refused(bytes, Busy()), []);
                    }
                }

                if (content.WrittenCount + read.Buffer.Length <= limit)
                {
                    foreach (var piece in read.Buffer)
                    {
                        content.Write(piece.Span);
                    }

                    reader.AdvanceTo(read.Buffer.End);
                }
                else
                {
                    known = content.WrittenCount + read.Buffer.Length;
                    reader.AdvanceTo(read.Buffer.Start);
                }

                if (read.IsCompleted && (known ?? 0) <= limit)
                {
                    return (new(IsGone: false, null, null, bytes), content.WrittenSpan.ToArray());
                }
            }
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return (Refused(bytes, CallAdmission.Draining()), []);
        }
        catch (OperationCanceledException) when (due.IsCancellationRequested)
        {
            bytes?.Dispose();
            return (new(IsGone: false, Late(), null, null), []);
        }
        catch (BadHttpRequestException slow) when (slow.StatusCode == StatusCodes.Status408RequestTimeout)
        {
            bytes?.Dispose();
            return (new(IsGone: false, Late(), null, null), []);
        }
        catch (BadHttpRequestException malformed)
        {
            return (Refused(bytes, Malformed("the body is not in the form of HTTP.", malformed)), []);
        }
        catch (Exception gone) when (IsGone(gone))
        {
            bytes?.Dispose();
            return (new(IsGone: true, null, null, null), []);
        }
    }

    private static Arrival Refused(RateLimitLease? bytes, MeshException refusal)
    {
        bytes?.Dispose();
        return new(IsGone: false, StatusMapper.ToRpcException(refusal), refusal.Reason, null);
    }

    // Looks at what is here, and leaves it for gRPC. An incomplete message is gRPC's to refuse.
    private static (long Here, bool IsCompressed, long Length) Examine(
        PipeReader reader, in ReadOnlySequence<byte> buffer, ArrayBufferWriter<byte>? copy)
    {
        if (copy is null)
        {
            var (isCompressed, length) = HeaderOf(buffer);
            var here = buffer.Length - HeaderBytes;
            reader.AdvanceTo(buffer.Start, buffer.End);
            return (here, isCompressed, length);
        }

        foreach (var piece in buffer)
        {
            copy.Write(piece.Span);
        }

        reader.AdvanceTo(buffer.End);
        var (isCopyCompressed, copyLength) = HeaderOf(new(copy.WrittenMemory));
        return (copy.WrittenCount - HeaderBytes, isCopyCompressed, copyLength);
    }

    private static (bool IsCompressed, long Length) HeaderOf(in ReadOnlySequence<byte> buffer)
    {
        if (buffer.Length < HeaderBytes)
        {
            return (false, 0);
        }

        Span<byte> header = stackalloc byte[HeaderBytes];
        buffer.Slice(0, HeaderBytes).CopyTo(header);
        return (header[0] != 0, BinaryPrimitives.ReadUInt32BigEndian(header[1..]));
    }

    // Kestrel's own reader, which may be read again by gRPC; null: gRPC-Web stands between.
    private static PipeReader? DirectReader(HttpContext http) =>
        http.Features.Get<IRequestBodyPipeFeature>() is { } pipe && ReferenceEquals(pipe, http.Features.Get<IHttpRequestFeature>())
            ? pipe.Reader
            : null;

    // The client has reset the call or closed the connection, or sends so slowly that the platform has ended it.
    private static bool IsGone(Exception fault) => fault is IOException or OperationCanceledException;

    private static RpcException Late() => new(new Status(
        StatusCode.DeadlineExceeded, "The message of the call did not arrive in time; send it at once, or in smaller parts."));

    private static MeshException TooLong() => Malformed("there are more bytes than the message's own header says.", null);

    private static MeshException Malformed(string why, Exception? cause) =>
        new(ErrorReason.MessageMalformed, $"The message cannot be read: {why}", cause) { Field = "" };

    private static MeshException Busy() =>
        new(ErrorReason.StoreBusy, "Too many bytes of requests are under way; repeat the call later.")
        {
            RetryAfter = TimeSpan.FromSeconds(1),
        };

    private sealed record Copied(PipeReader Reader) : IRequestBodyPipeFeature;
}
