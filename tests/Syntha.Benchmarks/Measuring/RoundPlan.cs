namespace Syntha.Benchmarks.Measuring;

/// <summary>How long and how often a rate is measured.</summary>
/// <param name="RoundLength">Aimed length of one round.</param>
/// <param name="Rounds">Rounds that count; their median is reported.</param>
/// <param name="MostWarmUpRounds">Rounds thrown away at most until two in a row agree.</param>
internal sealed record RoundPlan(TimeSpan RoundLength, int Rounds, int MostWarmUpRounds)
{
    public static readonly RoundPlan Full = new(TimeSpan.FromSeconds(2), Rounds: 5, MostWarmUpRounds: 8);

    public static readonly RoundPlan Quick = new(TimeSpan.FromSeconds(1), Rounds: 3, MostWarmUpRounds: 6);
}
