using Google.Protobuf;

namespace Syntha.Server.Tests.Gate;

/// <summary>Messages that are small on the wire and large in memory.</summary>
internal static class ManyParts
{
    /// <summary>A PushMany of empty items: two bytes each, and some 165 when they are read.</summary>
    public static byte[] EmptyItems(int count)
    {
        var message = new byte[2 * count];
        for (var at = 0; at < message.Length; at += 2)
        {
            message[at] = (byte)WireFormat.MakeTag(PushManyRequest.ItemsFieldNumber, WireFormat.WireType.LengthDelimited);
        }

        return message;
    }
}
