using Syntha.Benchmarks.Results;
using Syntha.Tests.Support.Hostile;

namespace Syntha.Benchmarks.Scenarios;

/// <summary>
/// 200 MB of hostile input to every method of a server. No answer may be the server's own fault, its log may show no failure, a rightful
/// caller must be served meanwhile, and the second half may not add memory, except what the store may hold.
/// </summary>
internal static class FuzzScenario
{
    private const int Megabyte = 1_000_000;
    private const int SliceBytes = 2 * Megabyte;
    private const int GrownMegabytes = 64;

    // Small limits on stored data: the store is full before the first half ends, so that its growth is not taken for a leak.
    private static readonly string[] SmallStores =
    [
        "--Quotas:MaxItems=200", "--Quotas:MaxBytes=1000000", "--Log:MaxChanges=1000", "--Log:MaxBytes=1000000",
        "--Logging:LogLevel:Default=Warning",
    ];

    public static async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        long half = (run.Options.Quick ? 10 : 100) * (long)Megabyte;
        await using var server = await run.StartSynthaAsync(run.Scratch.NewPath("fuzz"), cancellationToken, SmallStores);
        var seed = run.Options.Seed ?? Environment.TickCount;
        Console.WriteLine($"  --seed {seed} sends the same again");
        using var input = new HostileInput(server.Address, seed);

        await SendAsync(input, half, cancellationToken);
        var before = server.Usage.ResidentBytes;
        await SendAsync(input, half, cancellationToken);
        var after = server.Usage.ResidentBytes;

        foreach (var (status, count) in input.Answers.OrderByDescending(answer => answer.Value))
        {
            Console.WriteLine($"  {count,9:N0} calls were answered: {status}");
        }

        foreach (var fault in input.Faults.Keys.Concat(server.Failures))
        {
            Console.WriteLine($"  {fault}");
        }

        run.Add(new("Hostile input: answers and lines of the log that are the server's fault", Unit.Count,
            new("ours", [input.Faults.Count + server.Failures.Count]), null, Target.AtMost(0, Unit.Count)));
        run.Add(new("Hostile input: memory after the second half more than after the first", Unit.Megabytes,
            new("ours", [(after - before) / (double)Megabyte]), null, Target.AtMost(GrownMegabytes, Unit.Megabytes)));
    }

    private static async Task SendAsync(HostileInput input, long bytes, CancellationToken cancellationToken)
    {
        for (; bytes > 0; bytes -= SliceBytes)
        {
            await input.SendAsync(SliceBytes, cancellationToken);
            if (!await input.ServesRightfulCallersAsync(cancellationToken))
            {
                throw new BenchmarkException("A rightful caller was not served amidst hostile input.");
            }
        }
    }
}
