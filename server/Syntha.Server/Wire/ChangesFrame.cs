using System.Buffers.Binary;
using Google.Protobuf;
using Syntha.V1;

namespace Syntha.Server.Wire;

/// <summary>
/// A message of changes as it goes over the wire, frame included. Protobuf's own writer sizes a message anew for each level above it: with
/// changes three levels deep it spent more on that than on writing. Here each change is sized once, and the levels above follow from it.
/// </summary>
internal sealed class ChangesFrame
{
    // gRPC's: not compressed, and the length.
    private const int HeaderBytes = 5;

    // The fields' numbers are below 16, so a tag is one byte.
    private static readonly byte ChangesTag = TagOf(SubscribeResponse.ChangesFieldNumber);
    private static readonly byte ChangeTag = TagOf(Changes.Changes_FieldNumber);

    private readonly Changes changes;
    private readonly int[] sizes;
    // The other fields, which come after the changes.
    private readonly Changes rest;
    private readonly int inner;
    private readonly int answer;

    public ChangesFrame(Changes changes)
    {
        this.changes = changes;
        sizes = new int[changes.Changes_.Count];
        rest = new() { Through = changes.Through, RevisionContinues = changes.RevisionContinues };
        inner = rest.CalculateSize();
        for (var index = 0; index < sizes.Length; index++)
        {
            sizes[index] = changes.Changes_[index].CalculateSize();
            inner += SizeAround(sizes[index]);
        }
        answer = SizeAround(inner);
    }

    /// <summary>How many bytes it has.</summary>
    public int Bytes => HeaderBytes + answer;

    public void WriteTo(Span<byte> frame)
    {
        frame[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(frame[1..], answer);
        var free = Begin(frame[HeaderBytes..], ChangesTag, inner);
        for (var index = 0; index < sizes.Length; index++)
        {
            free = Begin(free, ChangeTag, sizes[index]);
            changes.Changes_[index].WriteTo(free[..sizes[index]]);
            free = free[sizes[index]..];
        }
        rest.WriteTo(free);
    }

    private static byte TagOf(int field) => checked((byte)WireFormat.MakeTag(field, WireFormat.WireType.LengthDelimited));

    private static int SizeAround(int content) => 1 + CodedOutputStream.ComputeLengthSize(content) + content;

    private static Span<byte> Begin(Span<byte> free, byte tag, int length)
    {
        free[0] = tag;
        var at = 1;
        for (; length >= 0x80; length >>= 7)
        {
            free[at++] = (byte)(length | 0x80);
        }

        free[at] = (byte)length;
        return free[(at + 1)..];
    }
}
