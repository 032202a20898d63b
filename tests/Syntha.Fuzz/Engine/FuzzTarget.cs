namespace Syntha.Fuzz.Engine;

/// <summary>
/// A piece of code that takes bytes of strangers, and a property that it has for all of them. Any input is legal. A refusal is an answer; a
/// broken property, or an exception that is no refusal, is a find.
/// </summary>
internal abstract class FuzzTarget
{
    /// <summary>Names the target on the command line, and its folder of the corpus.</summary>
    public abstract string Name { get; }

    /// <exception cref="BrokenPropertyException">The property does not hold for this input.</exception>
    public abstract void Run(byte[] input);

    protected static void Demand(bool holds, string property)
    {
        if (!holds)
        {
            throw new BrokenPropertyException(property);
        }
    }

    /// <summary>The input as text. A byte that is no UTF-8 becomes half of a surrogate pair, which texts of strangers may have.</summary>
    protected static string TextOf(ReadOnlySpan<byte> input)
    {
        var text = new StringBuilder(input.Length);
        while (!input.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(input, out var rune, out var length) == System.Buffers.OperationStatus.Done)
            {
                text.Append(rune.ToString());
            }
            else
            {
                text.Append((char)(0xD800 + input[0]));
                length = 1;
            }

            input = input[length..];
        }
        return text.ToString();
    }

    /// <summary>The two parts of the input, before and behind the first such byte. Without one the second part is empty.</summary>
    protected static (byte[] First, byte[] Second) Split(byte[] input, byte at)
    {
        var index = Array.IndexOf(input, at);
        return index < 0 ? (input, []) : (input[..index], input[(index + 1)..]);
    }
}

/// <summary>A property of a target does not hold.</summary>
internal sealed class BrokenPropertyException(string property) : Exception(property);
