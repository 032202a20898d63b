using Grpc.Core;
using Syntha.Benchmarks.Processes;
using Syntha.Benchmarks.Results;

namespace Syntha.Benchmarks.Scenarios;

/// <summary>
/// 10,000 users push once, then 1,000 of them go on pushing and reading, on a server that may keep 256 stores open. Reports the most memory
/// and descriptors of the process, against those with one user, and the number of refused calls.
/// </summary>
internal static class ManyUsersScenario
{
    private const int Users = 10_000;
    private const int ActiveUsers = 1_000;
    private const int MaxOpenStores = 256;
    private const int CallsInFlight = 64;
    private const double MegabyteBytes = 1_000_000;
    private const double TargetMegabytes = 600;

    // From the documentation of the option MaxOpenStores: a writing and a reading handle, each with the file, its log and its index. The
    // slack is for files that are being created or closed, and for connections.
    private const int DescriptorsPerStore = 6;
    private const int DescriptorSlack = 64;

    public static async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        await using var server = await run.StartSynthaAsync(
            run.Scratch.NewPath("many-users"), cancellationToken, $"--Storage:MaxOpenStores={MaxOpenStores}");
        using var clients = new MeshClients(server);
        await PushAsync(clients, 0, cancellationToken);
        var atFirst = server.Usage;

        await using var watch = new UsageWatch(server);
        BenchmarkRun.Report($"{Users:N0} users push once");
        var refused = await CountRefusedAsync(
            Enumerable.Range(0, Users), number => PushAsync(clients, number, cancellationToken), cancellationToken);

        BenchmarkRun.Report($"{ActiveUsers:N0} users go on");
        var turns = run.Options.Quick ? 2 : 10;
        // The users come in turn, so the next user is always the one with the least recently used store. That is the worst case.
        var active = Enumerable.Range(0, ActiveUsers * turns).Select(call => call % ActiveUsers * (Users / ActiveUsers));
        refused += await CountRefusedAsync(active, number => PushAndReadAsync(clients, number, cancellationToken), cancellationToken);

        AddLines(run, watch.Highest, atFirst, refused);
    }

    private static void AddLines(BenchmarkRun run, ProcessUsage highest, ProcessUsage atFirst, int refused)
    {
        var what = $"{Users:N0} users, {ActiveUsers:N0} active, {MaxOpenStores} stores:";
        var allowed = atFirst.Descriptors + (DescriptorsPerStore * MaxOpenStores) + DescriptorSlack;
        run.Add(new(
            $"{what} highest resident memory",
            Unit.Megabytes,
            new("highest", [highest.ResidentBytes / MegabyteBytes]),
            new("one user", [atFirst.ResidentBytes / MegabyteBytes]),
            Target.AtMost(TargetMegabytes, Unit.Megabytes)));
        run.Add(new(
            $"{what} most descriptors",
            Unit.Count,
            new("most", [highest.Descriptors]),
            new("one user", [atFirst.Descriptors]),
            Target.AtMost(allowed, Unit.Count)));
        run.Add(new($"{what} calls refused", Unit.Count, new("refused", [refused]), null, Target.AtMost(0, Unit.Count)));
    }

    private static async Task<int> CountRefusedAsync(
        IEnumerable<int> numbers, Func<int, Task> callAsync, CancellationToken cancellationToken)
    {
        var refused = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = CallsInFlight, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(numbers, options, async (number, _) =>
        {
            try
            {
                await callAsync(number);
            }
            catch (RpcException) when (!cancellationToken.IsCancellationRequested)
            {
                Interlocked.Increment(ref refused);
            }
        });
        return refused;
    }

    private static string UserOf(int number) => $"user-{number}";

    private static async Task PushAsync(MeshClients clients, int number, CancellationToken cancellationToken) =>
        await clients.Mesh.PushAsync(
            new() { Item = new() { Key = MeshCalls.Key(0), ValueJson = BenchmarkValue.Of(number) } },
            MeshClients.As(UserOf(number), cancellationToken));

    private static async Task PushAndReadAsync(MeshClients clients, int number, CancellationToken cancellationToken)
    {
        await PushAsync(clients, number, cancellationToken);
        var answer = await clients.Mesh.GetAsync(new() { Key = MeshCalls.Key(0) }, MeshClients.As(UserOf(number), cancellationToken));
        if (answer.Item?.ValueJson != BenchmarkValue.Of(number))
        {
            throw new BenchmarkException("A user does not read back what it pushed.");
        }
    }
}
