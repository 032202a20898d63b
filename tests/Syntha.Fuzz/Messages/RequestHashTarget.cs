using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Syntha.Fuzz.Engine;
using Syntha.Server.Mapping;
using Syntha.V1;

namespace Syntha.Fuzz.Messages;

/// <summary>
/// Equal commands have equal hashes, however their id is spelt and in whatever order their fields came. Different commands have different
/// ones. The input: two messages, with a byte of 0xFF between them.
/// </summary>
internal sealed class RequestHashTarget : FuzzTarget
{
    private static readonly Guid Id = new(1, 2, 3, new byte[8]);

    public override string Name => "request-hash";

    public override void Run(byte[] input)
    {
        var (first, second) = Split(input, 0xFF);
        if (Parse(first) is not { } one)
        {
            return;
        }

        var hash = ContentHash.Of(Spelt(one), Id);
        Demand(hash >> 96 == 0, "The first 32 bits are not zero.");
        Demand(hash == ContentHash.Of(Turned(one), Id), "The order of fields counts, or the spelling of the id.");
        if (Parse(second) is { } other)
        {
            var isSame = Spelt(one).Equals(Spelt(other)) && PresenceIn(one) == PresenceIn(other);
            Demand(isSame == (hash == ContentHash.Of(Spelt(other), Id)), "Equal commands differ, or different ones are equal.");
        }

        var more = Spelt(one);
        more.Items.Add(new ItemWrite { Key = "one more" });
        Demand(hash != ContentHash.Of(more, Id), "A command with one more item is the same.");
    }

    private static PushManyRequest? Parse(byte[] bytes)
    {
        try
        {
            // Unknown fields have an order, and this one knows none.
            return PushManyRequest.Parser.WithDiscardUnknownFields(true).ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    // Protobuf's own comparison takes a field that is absent for one with the default, which is another command.
    private static string PresenceIn(PushManyRequest request) => $"{request.HasAsAgent}" + string.Concat(
        request.Items.Select(item => $" {item.HasMetadataJson} {item.HasIfRevision}"));

    private static PushManyRequest Spelt(PushManyRequest request)
    {
        var copy = request.Clone();
        copy.RequestId = $"{Id}";
        return copy;
    }

    // The same command with the fields of its values in the opposite order.
    private static PushManyRequest Turned(PushManyRequest request)
    {
        var copy = request.Clone();
        copy.RequestId = $"{Id:N}".ToUpperInvariant();
        foreach (var item in copy.Items)
        {
            Turn(item.Value);
        }

        return copy;
    }

    private static void Turn(Value? value)
    {
        foreach (var element in value?.ListValue?.Values ?? [])
        {
            Turn(element);
        }

        if (value?.StructValue is { } given)
        {
            var fields = given.Fields.Reverse().ToList();
            given.Fields.Clear();
            foreach (var (name, field) in fields)
            {
                Turn(field);
                given.Fields[name] = field;
            }
        }
    }
}
