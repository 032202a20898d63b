using System.Buffers.Binary;
using Google.Protobuf;
using Syntha.Server.Wire;

namespace Syntha.Server.Tests.Wire;

/// <summary>The frames that the server writes without protobuf's writer equal protobuf's, byte for byte.</summary>
public sealed class ChangesFrameTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    // Lengths of one, two, three and four bytes, on every level.
    [InlineData(1, 100)]
    [InlineData(3, 127)]
    [InlineData(3, 128)]
    [InlineData(200, 60)]
    [InlineData(2, 20_000)]
    [InlineData(3, 900_000)]
    public void WriteTo_AnyMessage_IsAsProtobufWritesIt(int count, int valueLength)
    {
        var changes = new Changes { Through = new() { Epoch = "an epoch", Revision = long.MaxValue }, RevisionContinues = count % 2 == 1 };
        for (var number = 0; number < count; number++)
        {
            changes.Changes_.Add(new Change
            {
                Kind = (ChangeKind)(number % 8),
                Revision = number,
                Index = number,
                Key = $"kéy/{number}",
                CommitTime = new() { Seconds = number, Nanos = number },
                Item = number % 4 == 3
                    ? null
                    : new() { Key = $"kéy/{number}", ValueJson = new('x', valueLength), Topics = { "t", "ü" }, Author = "a" },
                Agent = number % 4 == 3 ? new() { Topics = { "t" } } : null,
            });
        }

        AssertWrittenAlike(changes);
    }

    [Fact]
    public void WriteTo_PieceOfARevision_HasNoPosition() =>
        AssertWrittenAlike(new() { RevisionContinues = true, Changes_ = { new Change { Key = "k" }, new Change() } });

    // A new field of the contract would be left out silently.
    [Fact]
    public void Contract_OfMessagesOfChanges_HasNoFieldThatIsNotWritten()
    {
        Assert.Equal(
            ["changes", "through", "revision_continues"], Changes.Descriptor.Fields.InFieldNumberOrder().Select(field => field.Name));
        Assert.All(SubscribeResponse.Descriptor.Fields.InFieldNumberOrder(), field => Assert.Equal("message", field.ContainingOneof?.Name));
    }

    private static void AssertWrittenAlike(Changes changes)
    {
        var frame = new ChangesFrame(changes);
        var written = new byte[frame.Bytes];
        frame.WriteTo(written);

        Assert.Equal((0, written.Length - 5), (written[0], BinaryPrimitives.ReadInt32BigEndian(written.AsSpan(1))));
        var message = new SubscribeResponse { Changes = changes };
        Assert.Equal(message.ToByteArray(), written[5..]);
    }
}
