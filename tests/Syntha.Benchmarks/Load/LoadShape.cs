namespace Syntha.Benchmarks.Load;

/// <summary>How many connections there are, and how many calls each has in flight.</summary>
internal sealed record LoadShape(int Connections, int StreamsPerConnection)
{
    /// <summary>The shape of every throughput figure: 128 calls in flight.</summary>
    public static readonly LoadShape Standard = new(4, 32);

    public int InFlight => Connections * StreamsPerConnection;
}
