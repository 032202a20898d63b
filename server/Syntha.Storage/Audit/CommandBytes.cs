using System.Buffers.Binary;

namespace Syntha.Storage.Audit;

/// <summary>
/// The commands of an entry as they are stored and hashed: revision, bytes and keys of each command, as three numbers of 8 bytes,
/// big-endian.
/// </summary>
internal static class CommandBytes
{
    private const int Size = 3 * sizeof(long);

    public static byte[] Of(IReadOnlyList<LoggedCommand> commands)
    {
        if (commands.Count == 0)
        {
            return [];
        }

        var bytes = new byte[commands.Count * Size];
        for (var index = 0; index < commands.Count; index++)
        {
            var place = bytes.AsSpan(index * Size);
            BinaryPrimitives.WriteInt64BigEndian(place, commands[index].Revision);
            BinaryPrimitives.WriteInt64BigEndian(place[sizeof(long)..], commands[index].ValueBytes);
            BinaryPrimitives.WriteInt64BigEndian(place[(2 * sizeof(long))..], commands[index].Keys);
        }
        return bytes;
    }

    // Accepts any bytes. The chain shows whether they were changed.
    public static IReadOnlyList<LoggedCommand> Read(byte[] bytes)
    {
        var commands = new LoggedCommand[bytes.Length / Size];
        for (var index = 0; index < commands.Length; index++)
        {
            var place = bytes.AsSpan(index * Size);
            commands[index] = new(
                BinaryPrimitives.ReadInt64BigEndian(place), BinaryPrimitives.ReadInt64BigEndian(place[sizeof(long)..]),
                BinaryPrimitives.ReadInt64BigEndian(place[(2 * sizeof(long))..]));
        }
        return commands;
    }
}
