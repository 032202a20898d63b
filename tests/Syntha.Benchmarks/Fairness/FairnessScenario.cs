using System.Diagnostics;
using System.Globalization;
using Syntha.Benchmarks.Processes;
using Syntha.Benchmarks.Results;

namespace Syntha.Benchmarks.Fairness;

/// <summary>
/// What a victim notices of attackers, and how much memory they take, on both engines. Each attack is compared with a control run, in which
/// as much processor time is spent on a bare server beside the victim's. So a ratio tells what our server adds to what a busy machine
/// costs.
/// </summary>
internal static class FairnessScenario
{
    private const double MostRatio = 5;
    private const double Megabyte = 1 << 20;
    private const int WarmAttacks = 2;
    private const int MostRunsAlone = 8;
    private const double StillFalls = 0.9;

    // A control cannot be faster than the clock of the load tells: Pause has an error of 0.1 ms.
    private const double LeastMilliseconds = 0.1;

    // The victim is there before the attacker, and has proved itself.
    private static readonly TimeSpan BeforeAttack = TimeSpan.FromMilliseconds(300);

    public static async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        var kinds = AttackKind.All.Where(kind => run.Options.Attacks.Count == 0 || run.Options.Attacks.Contains(kind.Name)).ToList();
        var rows = new List<FairnessRow>();
        await using var bare = await run.StartBareAsync(cancellationToken);
        foreach (var kind in kinds)
        {
            foreach (var onPostgres in (bool[])[false, true])
            {
                var row = await MeasureAsync(run, bare, kind, onPostgres, cancellationToken);
                rows.Add(row);
                BenchmarkRun.Report(row.ToString());
                AddLines(run, row);
            }
        }

        FairnessTable.Write(Console.Out, rows);
        if (run.Options.Attacks.Count == 0 || run.Options.Attacks.Contains(AttackKind.Held))
        {
            await HeldWork.MeasureAsync(run, cancellationToken);
        }
    }

    private static void AddLines(BenchmarkRun run, FairnessRow row)
    {
        var what = $"{row.Engine}, {row.Kind.Name}";
        foreach (var (name, times) in row.Times)
        {
            run.Add(new(
                $"{what}: victim's {name}, p99",
                Unit.Milliseconds,
                new("attacked", times.Attacked),
                new("control", [.. times.Control.Select(time => Math.Max(time, LeastMilliseconds))]),
                Target.RatioAtMost(MostRatio)));
        }

        run.Add(new($"{what}: victim's calls that failed", Unit.Count, new("failed", [row.Failed]), null, Target.AtMost(0, Unit.Count)));
        run.Add(new(
            $"{what}: most memory above rest",
            Unit.Mebibytes,
            new("attacked", [row.MemoryBytes / Megabyte]),
            null,
            Target.AtMost(row.Kind.HasCredential ? FairnessRow.MostKnownMebibytes : FairnessRow.MostUnknownMebibytes, Unit.Mebibytes)));
        foreach (var failure in row.Failures)
        {
            run.Note($"{what}: {failure}");
        }
    }

    private static async Task<FairnessRow> MeasureAsync(
        BenchmarkRun run, ServerProcess bare, AttackKind kind, bool onPostgres, CancellationToken cancellationToken)
    {
        var (rounds, length) = run.Options.Quick ? (1, TimeSpan.FromSeconds(2)) : (3, TimeSpan.FromSeconds(4));
        await using var server = await AttackedServer.StartAsync(run, onPostgres, cancellationToken);
        using var victim = new Victim(
            server.Process, "victim", await server.NewUserAsync(run, "victim", cancellationToken), length, cancellationToken);
        var authorization = kind.HasCredential ? await server.NewUserAsync(run, "attacker", cancellationToken) : "";

        var alone = await ShareAloneAsync(server, victim, cancellationToken);
        var rest = server.Process.Usage.ResidentBytes;
        var row = new FairnessRow(onPostgres ? "PostgreSQL" : "SQLite", kind);
        await using var watch = new UsageWatch(server.Process);
        await using var attack = await AttackProcess.StartAsync(
            AttackProgram.Command,
            kind.Name,
            server.Process.Address.ToString(),
            "attacker",
            authorization,
            kind.Credential == Credential.Operator ? server.Key.Authorization : "");
        var shareFile = run.Scratch.NewPath("share");
        await using var control = await AttackProcess.StartAsync(
            ControlProgram.Command, bare.Address.ToString(), bare.Id.ToString(CultureInfo.InvariantCulture), shareFile);
        // The compiler works in the first attacks as well, in the attacker and in the parts of the server that only it calls.
        for (var round = 0; round < WarmAttacks; round++)
        {
            await BesideAsync(victim, attack, cancellationToken);
            await attack.StopAsync();
            await Idle.WaitAsync(server.Process, cancellationToken);
        }

        for (var round = 0; round < rounds; round++)
        {
            var attacked = await TimedAsync(server, attack, () => BesideAsync(victim, attack, cancellationToken));
            var counts = await attack.StopAsync();
            await Idle.WaitAsync(server.Process, cancellationToken);

            var share = Math.Max(0, attacked.Share - alone);
            await File.WriteAllTextAsync(shareFile, share.ToString(CultureInfo.InvariantCulture), cancellationToken);
            var before = ProcessorClock.Of(bare.Id) + control.ProcessorTime;
            var began = Stopwatch.GetTimestamp();
            var controlled = await BesideAsync(victim, control, cancellationToken);
            var spent = (ProcessorClock.Of(bare.Id) + control.ProcessorTime - before) / Stopwatch.GetElapsedTime(began);
            await control.StopAsync();
            row.Add(attacked.Times, controlled, counts, share, spent);
        }

        row.MemoryBytes = Math.Max(0, watch.Highest.ResidentBytes - rest);
        return row;
    }

    private static async Task<VictimTimes> BesideAsync(Victim victim, AttackProcess attack, CancellationToken cancellationToken)
    {
        var running = victim.RunAsync(cancellationToken);
        await Task.Delay(BeforeAttack, cancellationToken);
        await attack.GoAsync();
        return await running;
    }

    // How many processors the victim keeps busy without any attack. The compiler of the runtime works beside the first calls for many
    // seconds, so it is what is left when the share falls no more.
    private static async Task<double> ShareAloneAsync(AttackedServer server, Victim victim, CancellationToken cancellationToken)
    {
        await victim.WarmAsync(cancellationToken);
        var least = double.PositiveInfinity;
        for (var run = 0; run < MostRunsAlone; run++)
        {
            var (_, share) = await TimedAsync(server, null, () => victim.RunAsync(cancellationToken));
            if (share > least * StillFalls)
            {
                return Math.Min(share, least);
            }

            least = share;
        }

        return least;
    }

    // How many processors the server, its database and the attacker kept busy meanwhile.
    private static async Task<(VictimTimes Times, double Share)> TimedAsync(
        AttackedServer server, AttackProcess? attack, Func<Task<VictimTimes>> runAsync)
    {
        var before = await server.ProcessorTimeAsync() + (attack?.ProcessorTime ?? TimeSpan.Zero);
        var began = Stopwatch.GetTimestamp();
        var times = await runAsync();
        var elapsed = Stopwatch.GetElapsedTime(began);
        var spent = await server.ProcessorTimeAsync() + (attack?.ProcessorTime ?? TimeSpan.Zero) - before;
        return (times, spent / elapsed);
    }
}
