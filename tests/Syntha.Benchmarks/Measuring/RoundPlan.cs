namespace Syntha.Benchmarks.Measuring;

/// <summary>How long and how often a rate is measured.</summary>
/// <param name="RoundLength">The length that one round should have.</param>
/// <param name="Rounds">The number of rounds that count. Their median is reported.</param>
/// <param name="MostWarmUpRounds">
/// The most rounds that are thrown away before two in a row agree, after the servers have compiled their code.
/// </param>
internal sealed record RoundPlan(TimeSpan RoundLength, int Rounds, int MostWarmUpRounds)
{
    public static readonly RoundPlan Full = new(TimeSpan.FromSeconds(2), Rounds: 5, MostWarmUpRounds: 8);

    public static readonly RoundPlan Quick = new(TimeSpan.FromSeconds(1), Rounds: 3, MostWarmUpRounds: 6);
}
