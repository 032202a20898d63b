using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Syntha.Tests.Support.Hostile;

/// <summary>Makes well-formed messages at random. Each field may be set: to a usual, an extreme or a mischievous value.</summary>
internal sealed class RandomMessages(Random random)
{
    private const int Deepest = 4;

    private static readonly string[] Texts =
    [
        "", "a", "key", "agent", "topic", "hostile1", "../../etc/passwd", "\0", "*", "[", "[!a-z]*", "%", "' OR 1=1 --",
        "\u202Eevil", "a\u0301", "{\"a\": [1, {}]}", "1e999", "null", "push_context", "get_context",
        "delete_topic", "admin", "{context}", "{key}", "018f3c1e-7b1a-7cc0-8000-000000000001",
    ];

    public IMessage Of(MessageDescriptor type, int depth = 0)
    {
        var message = type.Parser.ParseFrom(ByteString.Empty);
        foreach (var field in type.Fields.InDeclarationOrder())
        {
            if (field.IsMap || random.Next(10) < 3)
            {
                continue;
            }

            if (!field.IsRepeated)
            {
                Set(message, field, depth);
            }
            else if (field.Accessor.GetValue(message) is IList list)
            {
                for (var more = random.Next(4); more > 0 && Value(field, depth) is { } value; more--)
                {
                    list.Add(value);
                }
            }
        }
        return message;
    }

    private void Set(IMessage message, FieldDescriptor field, int depth)
    {
        if (Value(field, depth) is { } value)
        {
            field.Accessor.SetValue(message, value);
        }
    }

    private object? Value(FieldDescriptor field, int depth) => field.FieldType switch
    {
        FieldType.Message => depth < Deepest ? Of(field.MessageType, depth + 1) : null,
        FieldType.String => Text(),
        FieldType.Bytes => ByteString.CopyFrom(Bytes(random.Next(64))),
        FieldType.Bool => random.Next(2) == 0,
        FieldType.Enum => System.Enum.ToObject(field.EnumType.ClrType, random.Next(-1, 12)),
        FieldType.Int32 => (int)Number(),
        FieldType.Int64 => Number(),
        FieldType.Double => BitConverter.Int64BitsToDouble(random.NextInt64()),
        _ => null,
    };

    private long Number() => random.Next(6) switch
    {
        0 => 0,
        1 => -1,
        2 => long.MaxValue,
        3 => long.MinValue,
        4 => random.Next(100),
        _ => random.NextInt64(),
    };

    private string Text() => random.Next(40) switch
    {
        0 => new string('x', random.Next(10_000)),
        1 => new string('[', random.Next(2_000)),
        < 6 => Convert.ToBase64String(Bytes(random.Next(24))),
        _ => Texts[random.Next(Texts.Length)],
    };

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
