using System.Diagnostics;
using Syntha.Benchmarks.Measuring;
using Syntha.Benchmarks.Processes;
using Syntha.Benchmarks.Results;

namespace Syntha.Benchmarks.Scenarios.Postgres;

/// <summary>
/// Many users on one node with a pool of 20 connections. Measures the first push of a user, which creates its schema, among few other users
/// and among thousands, and the memory of the node and its connections after each pass over 2,000 users.
/// </summary>
internal static class PostgresUsersScenario
{
    private const int PoolSize = 20;
    private const int Passes = 4;
    private const double MegabyteBytes = 1_000_000;
    private const double TargetMilliseconds = 50;

    // The memory that the allocators of the node and of twenty processes may add by chance from pass to pass.
    private const double GrowthAllowed = 1.05;

    public static async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        var (users, active, timed) = run.Options.Quick ? (1_000, 500, 50) : (5_000, 2_000, 200);
        var database = await Database.CreateAsync();
        await using var node = await database.StartNodeAsync(run, cancellationToken, $"--Storage:Postgres:PoolSize={PoolSize}");
        using var clients = new MeshClients(node);
        await TimeFirstPushesAsync(clients, "warm-up", 20, cancellationToken);

        var few = await TimeFirstPushesAsync(clients, "early", timed, cancellationToken);
        BenchmarkRun.Report($"{users:N0} users are made");
        await ForEachAsync(users, number => PushAsync(clients, $"user-{number}", cancellationToken), cancellationToken);
        var many = await TimeFirstPushesAsync(clients, "late", timed, cancellationToken);
        run.Add(new(
            $"PostgreSQL: first push of a user, at {users:N0} users",
            Unit.Milliseconds, many, few with { Name = "at few users" }, Target.AtMost(TargetMilliseconds, Unit.Milliseconds)));

        List<(double Backends, double Node)> passes = [];
        for (var pass = 1; pass <= Passes; pass++)
        {
            await ForEachAsync(active, number => PushAndReadAsync(clients, $"user-{number}", cancellationToken), cancellationToken);
            passes.Add((await database.BackendBytesAsync() / MegabyteBytes, node.Usage.ResidentBytes / MegabyteBytes));
            BenchmarkRun.Report($"pass {pass}: connections {passes[^1].Backends:N0} MB, node {passes[^1].Node:N0} MB");
        }
        var what = $"PostgreSQL: {active:N0} users, a pool of {PoolSize}, pass {Passes} against pass 2:";
        run.Add(new(
            $"{what} memory of its connections", Unit.Megabytes,
            new($"pass {Passes}", [passes[^1].Backends]), new("pass 2", [passes[1].Backends]), Target.RatioAtMost(GrowthAllowed)));
        run.Add(new(
            $"{what} memory of the node", Unit.Megabytes,
            new($"pass {Passes}", [passes[^1].Node]), new("pass 2", [passes[1].Node]), Target.RatioAtMost(GrowthAllowed)));
    }

    private static async Task<Measurement> TimeFirstPushesAsync(
        MeshClients clients, string name, int count, CancellationToken cancellationToken)
    {
        var times = new double[count];
        for (var number = 0; number < count; number++)
        {
            var began = Stopwatch.GetTimestamp();
            await PushAsync(clients, $"{name}-{number}", cancellationToken);
            times[number] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }
        return new("first push", times);
    }

    private static Task ForEachAsync(int users, Func<int, Task> callAsync, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        Enumerable.Range(0, users),
        new ParallelOptions { MaxDegreeOfParallelism = PoolSize, CancellationToken = cancellationToken },
        async (number, _) => await callAsync(number));

    private static async Task PushAsync(MeshClients clients, string userId, CancellationToken cancellationToken) =>
        await clients.Mesh.PushAsync(
            new() { Item = new() { Key = MeshCalls.Key(0), ValueJson = BenchmarkValue.Json } }, MeshClients.As(userId, cancellationToken));

    private static async Task PushAndReadAsync(MeshClients clients, string userId, CancellationToken cancellationToken)
    {
        await PushAsync(clients, userId, cancellationToken);
        var answer = await clients.Mesh.GetAsync(new() { Key = MeshCalls.Key(0) }, MeshClients.As(userId, cancellationToken));
        if (answer.Item?.ValueJson != BenchmarkValue.Json)
        {
            throw new BenchmarkException("A user does not read back what it pushed.");
        }
    }
}
