namespace Syntha.Benchmarks.Measuring;

/// <summary>
/// Measures contenders in turn, round by round, so that other work on the machine affects all of them alike.
/// </summary>
internal static class InterleavedRounds
{
    // When two rounds differ by less than this share, the just-in-time compiler has finished.
    private const double Agreement = 0.05;

    // The compiler works in the background and in steps, so two rounds can agree before it has begun.
    private const int FewestWarmUpRounds = 3;

    /// <param name="run">The run.</param>
    /// <param name="contenders">What is compared.</param>
    /// <param name="cancellationToken">Ends the measurement.</param>
    /// <param name="fullRounds">How many rounds there are in a full run; null: as many as the plan says.</param>
    public static async Task<IReadOnlyList<Measurement>> MeasureAsync(
        BenchmarkRun run, IReadOnlyList<Contender> contenders, CancellationToken cancellationToken, int? fullRounds = null)
    {
        var count = run.Options.Quick ? run.Plan.Rounds : fullRounds ?? run.Plan.Rounds;
        foreach (var contender in contenders)
        {
            await WarmUpAsync(run, contender, cancellationToken);
        }

        var rounds = contenders.Select(_ => new List<Round>()).ToList();
        for (var number = 1; number <= count; number++)
        {
            foreach (var (contender, ofContender) in contenders.Zip(rounds))
            {
                var round = await RunRoundAsync(run, contender, cancellationToken);
                ofContender.Add(round);
                BenchmarkRun.Report($"{contender.Name}, round {number} of {count}: {round.Rate:N0}/s");
            }
        }

        return [.. contenders.Zip(rounds, Measured)];
    }

    private static Measurement Measured(Contender contender, List<Round> rounds) => new(
        contender.Name,
        [.. rounds.Select(round => round.Rate)],
        contender.Server is null ? null : [.. rounds.Select(round => round.ProcessorMicroseconds)]);

    private static async Task<Round> RunRoundAsync(BenchmarkRun run, Contender contender, CancellationToken cancellationToken)
    {
        var before = contender.Server?.ProcessorTime ?? TimeSpan.Zero;
        var result = await contender.RunRoundAsync(run.Plan.RoundLength, cancellationToken);
        var spent = (contender.Server?.ProcessorTime ?? TimeSpan.Zero) - before;
        return new(result.Rate, spent.TotalMicroseconds / result.Calls);
    }

    private static async Task WarmUpAsync(BenchmarkRun run, Contender contender, CancellationToken cancellationToken)
    {
        // The first round only finds how many calls fill the next one.
        await RunRoundAsync(run, contender, cancellationToken);
        var last = 0d;
        for (var number = 1; number <= run.Plan.MostWarmUpRounds; number++)
        {
            var rate = (await RunRoundAsync(run, contender, cancellationToken)).Rate;
            BenchmarkRun.Report($"{contender.Name}, warm-up {number}: {rate:N0}/s");
            if (number >= FewestWarmUpRounds && Math.Abs(rate - last) <= Agreement * rate)
            {
                return;
            }

            last = rate;
        }

        run.NoteUnsettled(contender.Name);
    }

    private readonly record struct Round(double Rate, double ProcessorMicroseconds);
}
