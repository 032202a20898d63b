using Syntha.Benchmarks.Baselines.Postgres;
using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Measuring;
using Syntha.Benchmarks.Processes;
using Syntha.Benchmarks.Results;

namespace Syntha.Benchmarks.Scenarios.Postgres;

/// <summary>
/// Durable pushes to PostgreSQL, 128 in flight, of one user and of 64, against commits of one row each on one connection and on 16.
/// </summary>
internal static class PostgresPushScenario
{
    private const int Users = 64;
    private const int Connections = 16;
    private const int KeysPerUser = 100;
    private const string OneKeyUser = "one-key";
    private const string KeysUser = "many-keys";

    public static async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        var database = await Database.CreateAsync();
        await using var ours = await database.StartNodeAsync(run, cancellationToken);
        await using var raw = await RawStatements.CreateAsync(database.ConnectionString, Connections);
        var userIds = Enumerable.Range(0, Users).Select(number => $"user-{number}").ToList();
        var oneKey = MeshCalls.Push(OneKeyUser, "item", BenchmarkValue.Json);
        var keys = CallsOf(KeysUser);
        var calls = userIds.Select(CallsOf).ToList();
        var proof = await DurableProof.BeginAsync(run, ours, [OneKeyUser, KeysUser, .. userIds], cancellationToken);
        foreach (var call in calls.Select(ofUser => ofUser[0]).Append(oneKey).Append(keys[0]))
        {
            await run.Probe.ConfirmAsync(ours.Address, call, cancellationToken);
        }

        var measured = await InterleavedRounds.MeasureAsync(
            run,
            [
                Contender.OfCalls("Push, one key", ours, (count, token) =>
                    proof.CountAsync(run.H2Load.RunAsync(ours.Address, oneKey, LoadShape.Standard, count, token))),
                Contender.OfCalls("Push, distinct keys", ours, (count, token) => proof.CountAsync(
                    DistinctLoad.RunAsync(ours.Address, LoadShape.Standard, count, (_, ordinal) => keys[ordinal % KeysPerUser], token))),
                Contender.OfCalls("Push, 64 users", ours, (count, token) => proof.CountAsync(
                    DistinctLoad.RunAsync(
                        ours.Address,
                        LoadShape.Standard,
                        count,
                        // Each user has two neighbouring slots, so two of its calls are in flight.
                        (slot, ordinal) => calls[slot / 2][ordinal / LoadShape.Standard.InFlight % KeysPerUser],
                        token))),
                new Contender("insert commits, 1 connection", Server: null, (length, token) => raw.InsertAsync(1, length, token)),
                new Contender(
                    "insert commits, 16 connections", Server: null, (length, token) => raw.InsertAsync(Connections, length, token)),
            ],
            cancellationToken);

        await proof.ConfirmAsync(cancellationToken);
        run.Add(new("PostgreSQL: durable Push, one user, one key", Unit.PerSecond, measured[0], measured[3], Target.RatioAtLeast(8)));
        run.Add(new(
            $"PostgreSQL: durable Push, one user, {KeysPerUser} keys", Unit.PerSecond, measured[1], measured[3], Target.RatioAtLeast(8)));
        run.Add(new("PostgreSQL: durable Push, 64 users", Unit.PerSecond, measured[2], measured[4], Target.RatioAtLeast(1)));
    }

    private static GrpcRequest[] CallsOf(string userId) =>
        MeshCalls.OfKeys(KeysPerUser, key => MeshCalls.Push(userId, MeshCalls.Key(key), BenchmarkValue.Of(key)));
}
