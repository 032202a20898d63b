using Syntha.V1;

namespace Syntha.Benchmarks.Load;

/// <summary>Counts the changes in a message of a stream without decoding it. Decoding would take processor time from the server.</summary>
internal static class StreamMessages
{
    private const int LengthDelimited = 2;

    public delegate int ChangeCounter(ReadOnlySpan<byte> message);

    /// <summary>Counts the changes in a message of our stream.</summary>
    public static int CountChanges(ReadOnlySpan<byte> message)
    {
        var changes = Find(message, SubscribeResponse.ChangesFieldNumber, out _);
        Find(changes, Changes.Changes_FieldNumber, out var count);
        return count;
    }

    /// <summary>Counts the changes in a message of a bare stream: its first message is empty, and any other counts as one change.</summary>
    public static int CountBare(ReadOnlySpan<byte> message) => message.IsEmpty ? 0 : 1;

    /// <summary>Counts the fields with this number in a message.</summary>
    public static int CountFields(ReadOnlySpan<byte> message, int field)
    {
        Find(message, field, out var count);
        return count;
    }

    /// <summary>
    /// Finds the last field with this number, and counts such fields. All fields of these messages have a length or are numbers.
    /// </summary>
    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> message, int field, out int count)
    {
        ReadOnlySpan<byte> found = default;
        var rest = message;
        count = 0;
        while (!rest.IsEmpty)
        {
            var tag = ReadVarint(ref rest);
            var lengthOrValue = ReadVarint(ref rest);
            if ((tag & 7) != LengthDelimited)
            {
                continue;
            }

            if (tag >> 3 == field)
            {
                found = rest[..lengthOrValue];
                count++;
            }

            rest = rest[lengthOrValue..];
        }

        return found;
    }

    private static int ReadVarint(ref ReadOnlySpan<byte> rest)
    {
        var value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var read = rest[0];
            rest = rest[1..];
            value |= (read & 0x7F) << shift;
            if (read < 0x80)
            {
                return value;
            }
        }
    }
}
