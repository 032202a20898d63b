using System.Diagnostics;
using Syntha.Benchmarks.Baselines;
using Syntha.Benchmarks.Measuring;
using Syntha.Benchmarks.Results;
using Syntha.V1;

namespace Syntha.Benchmarks.Scenarios;

/// <summary>
/// The first push of a new user, and the first read of a user with a closed store, after a restart of the server. The baseline does the
/// same with a bare SQLite file of one table. The operating system's cache is warm, as it is after an idle close.
/// </summary>
internal static class OpenScenario
{
    private const int ItemsPerUser = 100;
    private const int WarmUpUsers = 50;

    public static async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        var users = run.Options.Quick ? 50 : 200;
        var dataFolder = run.Scratch.NewPath("open");
        var rawFolder = run.Scratch.NewPath("raw");
        Directory.CreateDirectory(rawFolder);

        await using (var server = await run.StartSynthaAsync(dataFolder, cancellationToken))
        {
            using var clients = new MeshClients(server);
            var created = await TimeEachAsync(
                users,
                number => clients.Mesh.PushAsync(
                    new() { Item = new() { Key = MeshCalls.Key(0), ValueJson = BenchmarkValue.Json } },
                    MeshClients.As(UserOf(number), cancellationToken)).ResponseAsync,
                number => CreateRaw(rawFolder, number));
            run.Add(new(
                "Open a new user, median",
                Unit.Milliseconds,
                created.Ours,
                created.Raw,
                Target.AtMost(15, Unit.Milliseconds)));
            for (var number = -WarmUpUsers; number < users; number++)
            {
                await clients.FillAsync(UserOf(number), Items(), cancellationToken);
            }
        }

        await using (var server = await run.StartSynthaAsync(dataFolder, cancellationToken))
        {
            using var clients = new MeshClients(server);
            var reopened = await TimeEachAsync(
                users,
                number => ReadFirstAsync(clients, UserOf(number), cancellationToken),
                number => ReopenRaw(rawFolder, number));
            run.Add(new(
                $"Re-open a cold user of {ItemsPerUser} items, median",
                Unit.Milliseconds,
                reopened.Ours,
                reopened.Raw,
                Target.AtMost(5, Unit.Milliseconds)));
        }
    }

    private static string UserOf(int number) => number < 0 ? $"warm-up-{-number}" : $"user-{number}";

    private static string RawFileOf(string folder, int number) => Path.Combine(folder, $"{UserOf(number)}.db");

    private static IEnumerable<ItemWrite> Items() =>
        Enumerable.Range(0, ItemsPerUser).Select(key => new ItemWrite { Key = MeshCalls.Key(key), ValueJson = BenchmarkValue.Of(key) });

    /// <summary>Times each user once, alternating with the raw file. The warm-up users go first and do not count.</summary>
    private static async Task<(Measurement Ours, Measurement Raw)> TimeEachAsync(int users, Func<int, Task> call, Action<int> raw)
    {
        var oursTimes = new List<double>();
        var rawTimes = new List<double>();
        for (var number = -WarmUpUsers; number < users; number++)
        {
            var began = Stopwatch.GetTimestamp();
            await call(number);
            var called = Stopwatch.GetTimestamp();
            raw(number);
            if (number < 0)
            {
                continue;
            }

            oursTimes.Add(Stopwatch.GetElapsedTime(began, called).TotalMilliseconds);
            rawTimes.Add(Stopwatch.GetElapsedTime(called).TotalMilliseconds);
        }

        return (new("ours", oursTimes), new("raw file", rawTimes));
    }

    private static async Task ReadFirstAsync(MeshClients clients, string userId, CancellationToken cancellationToken)
    {
        var answer = await clients.Mesh.GetAsync(
            new() { Key = MeshCalls.Key(ItemsPerUser / 2) }, MeshClients.As(userId, cancellationToken));
        if (answer.Item is null)
        {
            throw new BenchmarkException("A re-opened user has lost an item.");
        }
    }

    private static void CreateRaw(string folder, int number)
    {
        using var file = RawFile.Open(RawFileOf(folder, number));
        file.InsertRows(ItemsPerUser);
    }

    private static void ReopenRaw(string folder, int number)
    {
        using var file = RawFile.Open(RawFileOf(folder, number));
        if (file.ReadAll() != ItemsPerUser)
        {
            throw new BenchmarkException("A raw file has lost a row.");
        }
    }
}
