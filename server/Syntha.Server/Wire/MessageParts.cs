using System.Buffers;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Syntha.Server.Wire;

/// <summary>
/// Counts the objects that reading a message would make. A nested message needs two bytes on the wire and some 165 in memory, so that the
/// size on the wire alone does not bound what a message costs.
/// </summary>
internal static class MessageParts
{
    /// <summary>
    /// How many nested messages one message may have. A write of 10,000 items has some 50,000 at most, besides structured values. The limit
    /// keeps what one message costs within some 40 MB.
    /// </summary>
    public const int Most = 250_000;

    private const int LeastBytes = 2;
    private const int MaxDepth = 100;

    /// <summary>Whether a message of this size can have more than <see cref="Most"/>. Small messages need not be counted.</summary>
    public static bool MayBeTooMany(int bytes) => bytes > LeastBytes * Most;

    public static MessageDescriptor TypeOf<T>() => Types<T>.Descriptor;

    /// <summary>Counts nested messages and fields that the type does not know. Bytes that are no protobuf end the count.</summary>
    public static int Count(MessageDescriptor type, ReadOnlySequence<byte> message)
    {
        var reader = new SequenceReader<byte>(message);
        return Count(ref reader, type, message.Length, MaxDepth);
    }

    private static int Count(ref SequenceReader<byte> reader, MessageDescriptor? type, long end, int depth)
    {
        var parts = 0;
        while (reader.Consumed < end && parts <= Most && TryReadNumber(ref reader, out var number))
        {
            // Protobuf takes 32 bits of a tag and of a length, and drops the rest. So does the count, or a message could hide from it.
            var tag = (uint)number;
            var field = type?.FindFieldByNumber((int)(tag >> 3));
            parts += field is null ? 1 : 0;
            switch ((WireFormat.WireType)(tag & 7))
            {
                case WireFormat.WireType.Varint when TryReadNumber(ref reader, out _):
                    continue;
                case WireFormat.WireType.Fixed64 when reader.Remaining >= sizeof(long):
                    reader.Advance(sizeof(long));
                    continue;
                case WireFormat.WireType.Fixed32 when reader.Remaining >= sizeof(int):
                    reader.Advance(sizeof(int));
                    continue;
                // Protobuf reads on behind the two wire types that do not exist, where it is in the entry of a map.
                case WireFormat.WireType.StartGroup or WireFormat.WireType.EndGroup or (WireFormat.WireType)6 or (WireFormat.WireType)7:
                    continue;
                case WireFormat.WireType.LengthDelimited when TryReadNumber(ref reader, out var wide) && (uint)wide is var length
                    && length <= Math.Max(0, end - reader.Consumed):
                    if (field?.FieldType == FieldType.Message && depth > 0)
                    {
                        parts += 1 + Count(ref reader, field.MessageType, reader.Consumed + length, depth - 1);
                    }
                    else
                    {
                        reader.Advance(length);
                    }

                    continue;
                default:
                    // The reading of the message says what is wrong.
                    return parts;
            }
        }
        return parts;
    }

    private static bool TryReadNumber(ref SequenceReader<byte> reader, out ulong number)
    {
        number = 0;
        for (var shift = 0; shift < 70 && reader.TryRead(out var next); shift += 7)
        {
            number |= shift < 64 ? (ulong)(next & 0x7F) << shift : 0;
            if (next < 0x80)
            {
                return true;
            }
        }
        return false;
    }

    // Looked up once for each type.
    private static class Types<T>
    {
        public static MessageDescriptor Descriptor { get; } = (MessageDescriptor)typeof(T).GetProperty("Descriptor")!.GetValue(null)!;
    }
}
