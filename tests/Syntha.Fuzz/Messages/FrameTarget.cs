using System.Buffers;
using System.Buffers.Binary;
using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Syntha.Fuzz.Engine;
using Syntha.Server.Wire;
using Syntha.V1;

namespace Syntha.Fuzz.Messages;

/// <summary>
/// Our own protobuf. A frame of changes has the bytes that protobuf writes. The count of a message's parts is no less than what reading it
/// makes, and ends for all bytes.
/// </summary>
internal sealed class FrameTarget : FuzzTarget
{
    public override string Name => "frame";

    public override void Run(byte[] input)
    {
        HoldChanges(input);
        HoldParts(PushManyRequest.Descriptor, PushManyRequest.Parser, input);
        HoldParts(SubscribeResponse.Descriptor, SubscribeResponse.Parser, input);
    }

    private static void HoldChanges(byte[] input)
    {
        if (Parse(Changes.Parser.WithDiscardUnknownFields(true), input) is not Changes changes)
        {
            return;
        }

        var frame = new ChangesFrame(changes);
        var bytes = new byte[frame.Bytes];
        frame.WriteTo(bytes);
        var expected = new SubscribeResponse { Changes = changes }.ToByteArray();
        Demand(bytes[0] == 0 && BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(1)) == expected.Length, "The frame's header is wrong.");
        Demand(bytes.AsSpan(5).SequenceEqual(expected), "The frame is not what protobuf writes.");
    }

    private static void HoldParts(MessageDescriptor type, MessageParser parser, byte[] input)
    {
        var count = MessageParts.Count(type, new ReadOnlySequence<byte>(input));
        Demand(count <= Math.Max(MessageParts.Most + 1, input.Length), "More parts are counted than there are bytes.");
        Demand(count == MessageParts.Count(type, InPieces(input)), "The count depends on how the bytes lie in memory.");
        if (Parse(parser, input) is { } message)
        {
            Demand(count > MessageParts.Most || count >= Nested(message), "Reading makes more parts than were counted.");
        }
    }

    private static IMessage? Parse(MessageParser parser, byte[] input)
    {
        try
        {
            return parser.ParseFrom(input);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static int Nested(IMessage message) =>
        message.Descriptor.Fields.InFieldNumberOrder().Sum(field => field.Accessor.GetValue(message) switch
        {
            IMessage single => 1 + Nested(single),
            IDictionary map => map.Values.OfType<IMessage>().Sum(value => 1 + Nested(value)),
            IList list => list.OfType<IMessage>().Sum(element => 1 + Nested(element)),
            _ => 0,
        });

    private static ReadOnlySequence<byte> InPieces(byte[] input)
    {
        var first = new Piece(ReadOnlyMemory<byte>.Empty, null);
        var last = first;
        foreach (var piece in input.Chunk(3))
        {
            last = new(piece, last);
        }

        return new(first, 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, Piece? before)
        {
            Memory = memory;
            if (before is not null)
            {
                RunningIndex = before.RunningIndex + before.Memory.Length;
                before.Next = this;
            }
        }
    }
}
