using System.Buffers.Binary;

namespace Syntha.Benchmarks.Load;

/// <summary>A buffer for HTTP/2 frames to be sent (RFC 9113, section 4.1). Not thread-safe.</summary>
internal sealed class FrameBuffer
{
    private byte[] bytes = new byte[64 * 1024];
    private int length;

    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, length);

    public void Clear() => length = 0;

    public void Append(ReadOnlySpan<byte> more)
    {
        Reserve(more.Length);
        more.CopyTo(bytes.AsSpan(length));
        length += more.Length;
    }

    public void Append(byte one)
    {
        Reserve(1);
        bytes[length++] = one;
    }

    /// <summary>Writes the header of a frame. Returns its place, for <see cref="EndFrame"/>.</summary>
    public int BeginFrame(FrameType type, FrameFlags flags, int streamId)
    {
        Reserve(Http2Frame.HeaderBytes);
        var start = length;
        bytes[start + 3] = (byte)type;
        bytes[start + 4] = (byte)flags;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(start + 5), streamId);
        length += Http2Frame.HeaderBytes;
        return start;
    }

    /// <summary>Writes the length of the frame that began at this place.</summary>
    public void EndFrame(int start)
    {
        var payload = length - start - Http2Frame.HeaderBytes;
        bytes[start] = (byte)(payload >> 16);
        bytes[start + 1] = (byte)(payload >> 8);
        bytes[start + 2] = (byte)payload;
    }

    public void AppendFrame(FrameType type, FrameFlags flags, int streamId, ReadOnlySpan<byte> payload)
    {
        var start = BeginFrame(type, flags, streamId);
        Append(payload);
        EndFrame(start);
    }

    private void Reserve(int count)
    {
        if (length + count > bytes.Length)
        {
            Array.Resize(ref bytes, Math.Max(bytes.Length * 2, length + count));
        }
    }
}
