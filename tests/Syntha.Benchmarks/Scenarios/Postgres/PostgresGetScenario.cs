using Syntha.Benchmarks.Baselines.Postgres;
using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Measuring;
using Syntha.Benchmarks.Processes;
using Syntha.Benchmarks.Results;

namespace Syntha.Benchmarks.Scenarios.Postgres;

/// <summary>
/// Strong reads on a node over PostgreSQL, 128 in flight, of one user and of 64, against one SELECT for each of 128 callers over a pool of
/// the same size.
/// </summary>
internal static class PostgresGetScenario
{
    private const int Users = 64;
    private const int PoolSize = 20;

    public static async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        var database = await Database.CreateAsync();
        await using var ours = await database.StartNodeAsync(run, cancellationToken, $"--Storage:Postgres:PoolSize={PoolSize}");
        await using var raw = await RawStatements.CreateAsync(database.ConnectionString, PoolSize);
        var calls = Enumerable.Range(0, Users).Select(number => MeshCalls.Get($"user-{number}", "item")).ToList();
        for (var number = 0; number < Users; number++)
        {
            await run.Probe.ConfirmAsync(ours.Address, MeshCalls.Push($"user-{number}", "item", BenchmarkValue.Json), cancellationToken);
            await run.Probe.ConfirmAsync(ours.Address, calls[number], cancellationToken);
        }

        var measured = await InterleavedRounds.MeasureAsync(
            run,
            [
                Contender.OfCalls("strong Get, one user", ours, (count, token) =>
                    run.H2Load.RunAsync(ours.Address, calls[0], LoadShape.Standard, count, token)),
                Contender.OfCalls("strong Get, 64 users", ours, (count, token) =>
                    DistinctLoad.RunAsync(ours.Address, LoadShape.Standard, count, (slot, _) => calls[slot % Users], token)),
                new Contender("one SELECT a call", Server: null, (length, token) =>
                    raw.SelectAsync(LoadShape.Standard.InFlight, length, token)),
            ],
            cancellationToken);

        run.Add(new("PostgreSQL: strong Get, one user, 128 in flight", Unit.PerSecond, measured[0], measured[2], Target.RatioAtLeast(3)));
        run.Add(new("PostgreSQL: strong Get, 64 users, 128 in flight", Unit.PerSecond, measured[1], measured[2], Target.RatioAtLeast(1)));
    }
}
