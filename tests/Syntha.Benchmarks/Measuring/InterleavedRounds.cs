namespace Syntha.Benchmarks.Measuring;

/// <summary>
/// Measures contenders in turn, round by round, so that whatever else the machine does meets all of them alike.
/// </summary>
internal static class InterleavedRounds
{
    // Two rounds that agree within this share: the just-in-time compiler has settled.
    private const double Agreement = 0.05;

    // The compiler works in the background and in steps: two rounds can agree before it has begun.
    private const int FewestWarmUpRounds = 3;

    public static async Task<IReadOnlyList<Measurement>> MeasureAsync(
        BenchmarkRun run, IReadOnlyList<Contender> contenders, CancellationToken cancellationToken)
    {
        foreach (var contender in contenders)
            await WarmUpAsync(run, contender, cancellationToken);

        var values = contenders.Select(_ => new List<double>()).ToList();
        for (var round = 1; round <= run.Plan.Rounds; round++)
            for (var number = 0; number < contenders.Count; number++)
            {
                var rate = await contenders[number].MeasureRateAsync(run.Plan.RoundLength, cancellationToken);
                values[number].Add(rate);
                BenchmarkRun.Report($"{contenders[number].Name}, round {round} of {run.Plan.Rounds}: {rate:N0}/s");
            }

        return [.. contenders.Select((contender, number) => new Measurement(contender.Name, values[number]))];
    }

    private static async Task WarmUpAsync(BenchmarkRun run, Contender contender, CancellationToken cancellationToken)
    {
        // The first round only tells how many calls fill the next one.
        await contender.MeasureRateAsync(run.Plan.RoundLength, cancellationToken);
        var last = 0d;
        for (var round = 1; round <= run.Plan.MostWarmUpRounds; round++)
        {
            var rate = await contender.MeasureRateAsync(run.Plan.RoundLength, cancellationToken);
            BenchmarkRun.Report($"{contender.Name}, warm-up {round}: {rate:N0}/s");
            if (round >= FewestWarmUpRounds && Math.Abs(rate - last) <= Agreement * rate)
                return;
            last = rate;
        }

        run.Note($"{contender.Name}: no two warm-up rounds agreed within {Agreement:P0}; the machine is noisy.");
    }
}
