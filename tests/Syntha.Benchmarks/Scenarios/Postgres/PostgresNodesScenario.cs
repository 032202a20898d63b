using System.Diagnostics;
using Syntha.Benchmarks.Baselines.Postgres;
using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Measuring;
using Syntha.Benchmarks.Processes;
using Syntha.Benchmarks.Results;

namespace Syntha.Benchmarks.Scenarios.Postgres;

/// <summary>
/// The time from the acknowledgement of a push by one node to the change at a subscriber of another node, with the doorbell and by polling
/// alone. The baseline is a NOTIFY from one connection to another at the same pace.
/// </summary>
internal static class PostgresNodesScenario
{
    private const string UserId = "followed";
    private const int PerSecond = 50;
    private const int WarmUpRounds = 2;
    private const double PollMilliseconds = 100;

    public static async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        var database = await Database.CreateAsync();
        await using var writer = await database.StartNodeAsync(run, cancellationToken);
        await using var bell = await BareNotify.OpenAsync(database.ConnectionString, cancellationToken);
        await run.Probe.ConfirmAsync(writer.Address, Push(0), cancellationToken);
        var count = (int)(run.Plan.RoundLength.TotalSeconds * PerSecond);

        List<double[]> heard = [], notified = [], polled = [];
        await using (var listening = await database.StartNodeAsync(run, cancellationToken))
        {
            for (var round = -WarmUpRounds; round < run.Plan.Rounds; round++)
            {
                var ofOurs = await TimeAsync(writer, listening, count, cancellationToken);
                var ofBell = await bell.TimeAsync(count, PerSecond, cancellationToken);
                if (round < 0)
                {
                    continue;
                }

                heard.Add(ofOurs);
                notified.Add(ofBell);
            }
        }
        await using (var polling = await database.StartNodeAsync(
            run,
            cancellationToken,
            "--Storage:Postgres:BehindPgBouncer=true",
            $"--Storage:Postgres:PollInterval={TimeSpan.FromMilliseconds(PollMilliseconds)}"))
        {
            for (var round = 0; round < run.Plan.Rounds; round++)
            {
                polled.Add([.. (await TimeAsync(writer, polling, count, cancellationToken)).Select(time => time / 1000)]);
            }
        }

        run.Add(new(
            "PostgreSQL: acknowledged on one node to received on another, p50",
            Unit.Microseconds, At(heard, "ours", 0.5), At(notified, "bare NOTIFY", 0.5), Target.RatioAtMost(5)));
        run.Add(new(
            "PostgreSQL: acknowledged on one node to received on another, p99",
            Unit.Microseconds, At(heard, "ours", 0.99), At(notified, "bare NOTIFY", 0.99), Target.None));
        run.Add(new(
            $"PostgreSQL: the same by polling every {PollMilliseconds} ms, longest",
            Unit.Milliseconds, At(polled, "ours", 1), null, Target.AtMost(PollMilliseconds + 10, Unit.Milliseconds)));
    }

    // Microseconds; a change that comes before the acknowledgement took 0.
    private static async Task<double[]> TimeAsync(
        ServerProcess writer, ServerProcess reader, int count, CancellationToken cancellationToken)
    {
        var received = new long[count];
        using var stream = EventStream.Open(
            reader.Address, UserId, change => received[EventStream.NumberOf(change.Key)] = Stopwatch.GetTimestamp(), cancellationToken);
        var pushes = Enumerable.Range(0, count).Select(Push).ToList();
        var times = await PacedLoad.RunAsync(writer.Address, PerSecond, pushes, cancellationToken);
        await stream.WaitForChangesAsync(count, cancellationToken);
        return [.. times.Answered.Zip(received, (begin, end) => end > begin ? Stopwatch.GetElapsedTime(begin, end).TotalMicroseconds : 0)];
    }

    private static GrpcRequest Push(int number) => MeshCalls.Push(UserId, MeshCalls.Key(number), BenchmarkValue.Of(number));

    private static Measurement At(List<double[]> rounds, string name, double share) =>
        new(name, [.. rounds.Select(round => Measurement.PercentileOf(round, share))]);
}
