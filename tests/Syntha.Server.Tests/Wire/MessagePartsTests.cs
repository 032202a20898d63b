using System.Buffers;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Syntha.Server.Wire;

namespace Syntha.Server.Tests.Wire;

/// <summary>
/// The parts of a message are counted as protobuf reads them. What protobuf forgives must not hide a part, because the count bounds what a
/// message costs.
/// </summary>
public sealed class MessagePartsTests
{
    // The tag of the items, and each element of a list of values.
    private const byte Items = (3 << 3) | 2;
    private const int Elements = 50;

    [Fact]
    public void Count_AMessageAsAClientWritesIt_IsThatOfItsNestedMessages() => Assert.Equal(Elements + 3, Count(Plain().ToByteArray()));

    [Fact]
    public void Count_ATagWithBitsThatProtobufDrops_CountsTheField()
    {
        var message = Plain().ToByteArray();
        // Five bytes for a tag of one byte. The last one has three bits above the 32 that count.
        byte[] hidden = [Items | 0x80, 0x80, 0x80, 0x80, 0x70, .. message.AsSpan(1)];

        Assert.Equal(Plain(), V1.PushManyRequest.Parser.ParseFrom(hidden));
        Assert.Equal(Elements + 3, Count(hidden));
    }

    [Fact]
    public void Count_ALengthWithBitsThatProtobufDrops_CountsTheField()
    {
        var item = Plain().Items[0].ToByteArray();
        Assert.InRange(item.Length, 0x81, 0x3FFF);
        byte[] hidden = [Items, (byte)(item.Length | 0x80), (byte)((item.Length >> 7) | 0x80), 0x80, 0x80, 0x70, .. item];

        Assert.Equal(Plain(), V1.PushManyRequest.Parser.ParseFrom(hidden));
        Assert.Equal(Elements + 3, Count(hidden));
    }

    [Theory]
    [InlineData(6)]
    [InlineData(7)]
    public void Count_AWireTypeThatDoesNotExist_WhereProtobufReadsOn_CountsWhatFollows(int wireType)
    {
        var list = Plain().Items[0].Value.ToByteArray();
        // The entry of a map: a name, a tag of that wire type, and the value.
        byte[] entry = [(1 << 3) | 2, 1, (byte)'a', (byte)((15 << 3) | wireType), .. Delimited(2, list)];
        byte[] item = Delimited(3, Delimited(5, Delimited(1, entry)));
        byte[] hidden = Delimited(3, item);

        var parsed = V1.PushManyRequest.Parser.ParseFrom(hidden);
        Assert.Equal(Elements, parsed.Items[0].Value.StructValue.Fields["a"].ListValue.Values.Count);
        Assert.True(Count(hidden) >= Elements);
    }

    private static V1.PushManyRequest Plain() => new()
    {
        Items =
        {
            new V1.ItemWrite { Value = Value.ForList([.. Enumerable.Range(0, Elements).Select(number => Value.ForNumber(number))]) },
        },
    };

    private static byte[] Delimited(int field, byte[] content)
    {
        using var buffer = new MemoryStream();
        using (var output = new CodedOutputStream(buffer, leaveOpen: true))
        {
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(content));
        }

        return buffer.ToArray();
    }

    private static int Count(byte[] message) =>
        MessageParts.Count(V1.PushManyRequest.Descriptor, new ReadOnlySequence<byte>(message));
}
