using Google.Protobuf;
using Syntha.Benchmarks.Load;

namespace Syntha.Benchmarks.Peers;

/// <summary>The few messages of etcd's contract (etcdserverpb, version 3) that the loads send and read, field by field.</summary>
internal static class EtcdMessages
{
    /// <summary>The events of a WatchResponse.</summary>
    public const int Events = 11;

    public static GrpcRequest Get(string key) =>
        GrpcRequest.Of("/etcdserverpb.KV/Range", userId: null, Message(new Field(1, Text(key))));

    public static GrpcRequest Put(string key, string value) =>
        GrpcRequest.Of("/etcdserverpb.KV/Put", userId: null, PutMessage(key, value));

    /// <summary>All writes in one transaction.</summary>
    public static GrpcRequest PutAll(IEnumerable<(string Key, string Value)> items) =>
        GrpcRequest.Of(
            "/etcdserverpb.KV/Txn",
            userId: null,
            // Without a condition, the operations of "success" are done. The second kind of operation is a put.
            Message([.. items.Select(item => new Field(2, Message(new Field(2, PutMessage(item.Key, item.Value)))))]));

    /// <summary>Watches the keys from the first one up to the end, which is left out.</summary>
    public static GrpcRequest Watch(string firstKey, string endKey) =>
        GrpcRequest.Of(
            "/etcdserverpb.Watch/Watch",
            userId: null,
            Message(new Field(1, Message(new Field(1, Text(firstKey)), new Field(2, Text(endKey))))));

    /// <summary>The keys of the events in a WatchResponse.</summary>
    public static List<string> KeysOfEvents(byte[] response) =>
    [
        .. FieldsOf(response, Events).SelectMany(@event => FieldsOf(@event, 2)).SelectMany(item => FieldsOf(item, 1))
            .Select(key => ByteString.CopyFrom(key).ToStringUtf8()),
    ];

    private static byte[] PutMessage(string key, string value) => Message(new Field(1, Text(key)), new Field(2, Text(value)));

    private static byte[] Text(string text) => ByteString.CopyFromUtf8(text).ToByteArray();

    private static byte[] Message(params IReadOnlyList<Field> fields)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            foreach (var field in fields)
            {
                output.WriteTag(field.Number, WireFormat.WireType.LengthDelimited);
                output.WriteBytes(ByteString.CopyFrom(field.Value));
            }
        }

        return stream.ToArray();
    }

    private static List<byte[]> FieldsOf(byte[] message, int number)
    {
        var found = new List<byte[]>();
        using var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag and not 0)
        {
            if (tag == WireFormat.MakeTag(number, WireFormat.WireType.LengthDelimited))
            {
                found.Add(input.ReadBytes().ToByteArray());
            }
            else
            {
                input.SkipLastField();
            }
        }

        return found;
    }

    private readonly record struct Field(int Number, byte[] Value);
}
