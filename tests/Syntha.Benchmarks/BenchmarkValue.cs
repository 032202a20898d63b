namespace Syntha.Benchmarks;

/// <summary>The value that every measurement writes and reads: a JSON object of 256 bytes.</summary>
internal static class BenchmarkValue
{
    public const int Bytes = 256;

    public static readonly string Json = Of(0);

    /// <summary>The object with that number in it. The number has ten digits, so that every value has the same length.</summary>
    public static string Of(int number) => Of(number, Bytes);

    /// <summary>The same, of that length.</summary>
    public static string Of(int number, int bytes)
    {
        const string End = "\"}";
        var begin = $"{{\"number\":{1_000_000_000 + number},\"text\":\"";
        return begin.PadRight(bytes - End.Length, 'x') + End;
    }
}
