namespace Syntha.Server.Tests.Nodes;

/// <summary>
/// Agents on three nodes work under one claim while nodes are killed and hang. The log proves that the claim had one holder at most at each
/// revision, that it went in the order of arrival, and that no write was carried out under a token that was lost.
/// </summary>
[Trait("Runs", "Once")]
public sealed class ClaimNodeTests(ITestOutputHelper output)
{
    private const int Nodes = 3;
    private const int Workers = 6;

    [Theory]
    [InlineData("a node is killed")]
    [InlineData("a node hangs")]
    [InlineData("connections end")]
    public async Task Claims_OnNodesThatFail_HaveOneHolderAtEachRevision(string fault)
    {
        await using var nodes = await NodeProcesses.StartAsync(Nodes, ownCluster: false);
        await nodes.UntilAvailableAsync(0, alice => alice.PushAsync("begin"));
        var workers = new ClaimWorkers(attempt => nodes[attempt].As("alice"));
        using var done = new CancellationTokenSource();
        var working = Enumerable.Range(0, Workers).Select(worker => workers.WorkAsync(worker, done.Token)).ToList();
        for (var round = 0; round < Nodes; round++)
        {
            await workers.GrantsAsync(8);
            await NodeFault.All[fault](nodes, round);
        }

        await workers.GrantsAsync(8);
        await done.CancelAsync();
        await Task.WhenAll(working);

        var table = nodes.ReadClaims("alice");
        var checker = table.Verify(workers.Writes);
        output.WriteLine(
            $"{table.Rows.Count} changes, {checker.GrantsInLine} grants in line, {workers.Writes.Count()} writes, {workers.Lost} lost");
        Assert.True(checker.GrantsInLine > 10, "Hardly anyone waited.");
        Assert.True(workers.Lost > 0, "No claim was lost.");
    }
}
