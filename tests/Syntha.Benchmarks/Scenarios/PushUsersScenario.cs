using Syntha.Benchmarks.Baselines;
using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Measuring;
using Syntha.Benchmarks.Results;

namespace Syntha.Benchmarks.Scenarios;

/// <summary>Durable pushes of 64 users, two in flight each, against raw commits over 64 files.</summary>
internal static class PushUsersScenario
{
    private const int Users = 64;
    private const int KeysPerUser = 100;

    public static async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        await using var ours = await run.StartSynthaAsync(run.Scratch.NewPath("push-users"), cancellationToken);
        using var raw = new RawCommits(run.Scratch.NewPath("raw"), Users);
        var userIds = Enumerable.Range(0, Users).Select(number => $"user-{number}").ToList();
        var calls = userIds
            .Select(userId => MeshCalls.OfKeys(KeysPerUser, key => MeshCalls.Push(userId, MeshCalls.Key(key), BenchmarkValue.Of(key))))
            .ToList();
        var proof = await DurableProof.BeginAsync(run, ours, userIds, cancellationToken);
        foreach (var callsOfUser in calls)
        {
            await run.Probe.ConfirmAsync(ours.Address, callsOfUser[0], cancellationToken);
        }

        var measured = await InterleavedRounds.MeasureAsync(
            run,
            [
                Contender.OfCalls("Push, 64 users", ours, (count, token) => proof.CountAsync(
                    DistinctLoad.RunAsync(
                        ours.Address,
                        LoadShape.Standard,
                        count,
                        // Each user has two neighbouring slots, so two of its calls are in flight.
                        (slot, ordinal) => calls[slot / 2][ordinal / LoadShape.Standard.InFlight % KeysPerUser],
                        token))),
                new Contender("raw commits, 64 files", Server: null, raw.RunAsync),
            ],
            cancellationToken);

        foreach (var callsOfUser in calls)
        {
            await run.Probe.ConfirmAsync(ours.Address, callsOfUser[0], cancellationToken);
        }

        await proof.ConfirmAsync(cancellationToken);
        run.Add(new("Durable Push, 64 users, 2 in flight each", Unit.PerSecond, measured[0], measured[1], Target.RatioAtLeast(1.2)));
    }
}
