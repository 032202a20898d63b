namespace Syntha.Benchmarks.Load;

/// <summary>How much is in flight: so many connections, each with so many calls at once.</summary>
internal sealed record LoadShape(int Connections, int StreamsPerConnection)
{
    /// <summary>The shape of every throughput figure: 128 calls in flight.</summary>
    public static readonly LoadShape Standard = new(4, 32);

    public int InFlight => Connections * StreamsPerConnection;
}
