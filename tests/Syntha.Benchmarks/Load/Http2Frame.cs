using System.Buffers.Binary;

namespace Syntha.Benchmarks.Load;

/// <summary>One received HTTP/2 frame. Its payload is valid until the next receive.</summary>
internal readonly ref struct Http2Frame
{
    public const int HeaderBytes = 9;

    private Http2Frame(FrameType type, FrameFlags flags, int streamId, ReadOnlySpan<byte> payload)
    {
        Type = type;
        Flags = flags;
        StreamId = streamId;
        Payload = payload;
    }

    public FrameType Type { get; }

    public FrameFlags Flags { get; }

    public int StreamId { get; }

    public ReadOnlySpan<byte> Payload { get; }

    public int TotalBytes => HeaderBytes + Payload.Length;

    public static bool TryRead(ReadOnlySpan<byte> received, out Http2Frame frame)
    {
        frame = default;
        if (received.Length < HeaderBytes)
        {
            return false;
        }

        var length = (received[0] << 16) | (received[1] << 8) | received[2];
        if (received.Length < HeaderBytes + length)
        {
            return false;
        }

        var streamId = BinaryPrimitives.ReadInt32BigEndian(received[5..]) & int.MaxValue;
        frame = new((FrameType)received[3], (FrameFlags)received[4], streamId, received.Slice(HeaderBytes, length));
        return true;
    }
}
