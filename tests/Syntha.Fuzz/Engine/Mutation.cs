namespace Syntha.Fuzz.Engine;

/// <summary>Changes an input as AFL++ does in its rough stage. The same seed makes the same changes.</summary>
internal sealed class Mutation(int seed)
{
    private const int MaxBytes = 4096;

    // Bytes at which parsers decide.
    private static readonly byte[] Telling =
        [0, 1, 2, 8, 10, 16, 18, 26, 34, 42, 0x7F, 0x80, 0xC0, 0xED, 0xFF, .. "{}[]\":,\\u*?!-.eE0179 \n\r\t"u8];

    private readonly Random random = new(seed);

    /// <param name="input">The input to change.</param>
    /// <param name="other">Another one, of which pieces are taken.</param>
    public byte[] Change(byte[] input, byte[] other)
    {
        var bytes = new List<byte>(input);
        for (var left = 1 << random.Next(4); left > 0; left--)
        {
            ChangeOnce(bytes, other);
        }

        return bytes.Count > MaxBytes ? [.. bytes.Take(MaxBytes)] : [.. bytes];
    }

    private void ChangeOnce(List<byte> bytes, byte[] other)
    {
        var at = random.Next(bytes.Count + 1);
        switch (random.Next(bytes.Count == 0 ? 2 : 7))
        {
            case 0:
                bytes.Insert(at, Telling[random.Next(Telling.Length)]);
                break;
            case 1:
                bytes.InsertRange(at, PieceOf(other));
                break;
            case 2:
                bytes.InsertRange(at, PieceOf([.. bytes]));
                break;
            case 3:
                at = random.Next(bytes.Count);
                bytes.RemoveRange(at, random.Next(1, 1 + Math.Min(16, bytes.Count - at)));
                break;
            case 4:
                bytes[random.Next(bytes.Count)] ^= (byte)(1 << random.Next(8));
                break;
            case 5:
                bytes[random.Next(bytes.Count)] += (byte)random.Next(-8, 9);
                break;
            default:
                bytes[random.Next(bytes.Count)] = Telling[random.Next(Telling.Length)];
                break;
        }
    }

    private byte[] PieceOf(byte[] of)
    {
        var from = random.Next(of.Length + 1);
        return of[from..(from + random.Next(Math.Min(32, of.Length - from) + 1))];
    }
}
