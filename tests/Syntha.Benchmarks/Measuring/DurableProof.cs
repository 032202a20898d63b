using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Processes;
using Syntha.V1;

namespace Syntha.Benchmarks.Measuring;

/// <summary>
/// Proves that the counted pushes were committed: the revisions of the users' meshes have grown by at least that number. Not thread-safe.
/// </summary>
internal sealed class DurableProof
{
    private readonly BenchmarkRun run;
    private readonly ServerProcess server;
    private readonly IReadOnlyList<string> userIds;
    private long revisionsBefore;
    private long pushes;

    private DurableProof(BenchmarkRun run, ServerProcess server, IReadOnlyList<string> userIds)
    {
        this.run = run;
        this.server = server;
        this.userIds = userIds;
    }

    public static async Task<DurableProof> BeginAsync(
        BenchmarkRun run, ServerProcess server, IReadOnlyList<string> userIds, CancellationToken cancellationToken)
    {
        var proof = new DurableProof(run, server, userIds);
        proof.revisionsBefore = await proof.SumRevisionsAsync(cancellationToken);
        return proof;
    }

    public async Task<LoadResult> CountAsync(Task<LoadResult> load)
    {
        var result = await load;
        pushes += result.Calls;
        return result;
    }

    public async Task ConfirmAsync(CancellationToken cancellationToken)
    {
        var committed = await SumRevisionsAsync(cancellationToken) - revisionsBefore;
        if (committed < pushes)
        {
            throw new BenchmarkException($"{pushes} pushes were answered, but only {committed} revisions were committed.");
        }

        BenchmarkRun.Report($"{pushes:N0} pushes answered, {committed:N0} revisions committed");
    }

    private async Task<long> SumRevisionsAsync(CancellationToken cancellationToken)
    {
        var sum = 0L;
        foreach (var userId in userIds)
        {
            var stats = await run.Probe.AskAsync(server.Address, MeshCalls.GetStats(userId), GetStatsResponse.Parser, cancellationToken);
            sum += stats.Position?.Revision ?? 0;
        }

        return sum;
    }
}
