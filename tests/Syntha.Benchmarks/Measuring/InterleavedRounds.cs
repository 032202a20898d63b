namespace Syntha.Benchmarks.Measuring;

/// <summary>
/// Measures contenders in turn, round by round, so that other work on the machine affects all of them alike.
/// </summary>
internal static class InterleavedRounds
{
    // When two rounds differ by less than this share, the figures count.
    private const double Agreement = 0.05;

    /// <param name="run">The run.</param>
    /// <param name="contenders">What is compared.</param>
    /// <param name="cancellationToken">Ends the measurement.</param>
    /// <param name="fullRounds">How many rounds there are in a full run; null: as many as the plan says.</param>
    /// <param name="ownPlan">The lengths and numbers of rounds; null: those of the run.</param>
    public static async Task<IReadOnlyList<Measurement>> MeasureAsync(
        BenchmarkRun run,
        IReadOnlyList<Contender> contenders,
        CancellationToken cancellationToken,
        int? fullRounds = null,
        RoundPlan? ownPlan = null)
    {
        var plan = ownPlan ?? run.Plan;
        var count = run.Options.Quick ? plan.Rounds : fullRounds ?? plan.Rounds;
        foreach (var contender in contenders)
        {
            await WarmUpAsync(run, plan, contender, cancellationToken);
        }

        var rounds = contenders.Select(_ => new List<Round>()).ToList();
        for (var number = 1; number <= count; number++)
        {
            foreach (var (contender, ofContender) in contenders.Zip(rounds))
            {
                var round = await RunRoundAsync(plan, contender, cancellationToken);
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

    private static async Task<Round> RunRoundAsync(RoundPlan plan, Contender contender, CancellationToken cancellationToken)
    {
        var before = contender.Server?.ProcessorTime ?? TimeSpan.Zero;
        var result = await contender.RunRoundAsync(plan.RoundLength, cancellationToken);
        var spent = (contender.Server?.ProcessorTime ?? TimeSpan.Zero) - before;
        return new(result.Rate, spent.TotalMicroseconds / result.Calls);
    }

    private static async Task WarmUpAsync(
        BenchmarkRun run, RoundPlan plan, Contender contender, CancellationToken cancellationToken)
    {
        // The first round only finds how many calls fill the next one.
        await RunRoundAsync(plan, contender, cancellationToken);
        var compilation = new Compilation(contender.Server);
        var (last, compiled) = (0d, 0);
        for (var number = 1; compiled < plan.MostWarmUpRounds; number++)
        {
            var rate = (await RunRoundAsync(plan, contender, cancellationToken)).Rate;
            BenchmarkRun.Report($"{contender.Name}, warm-up {number}: {rate:N0}/s");
            if (compilation.IsOver())
            {
                compiled++;
                if (Math.Abs(rate - last) <= Agreement * rate)
                {
                    return;
                }
            }

            last = rate;
        }

        run.NoteUnsettled(contender.Name);
    }

    private readonly record struct Round(double Rate, double ProcessorMicroseconds);
}
