namespace Syntha.Benchmarks;

/// <summary>The value that every measurement writes and reads: a JSON object of 256 bytes.</summary>
internal static class BenchmarkValue
{
    public const int Bytes = 256;

    public static readonly string Json = Of(0);

    /// <summary>The object that contains this number. The number has ten digits, so all values have one length.</summary>
    public static string Of(int number) => Of(number, Bytes);

    /// <summary>The same object, padded to this length.</summary>
    public static string Of(int number, int bytes)
    {
        const string End = "\"}";
        var begin = $"{{\"number\":{1_000_000_000 + number},\"text\":\"";
        return begin.PadRight(bytes - End.Length, 'x') + End;
    }
}
