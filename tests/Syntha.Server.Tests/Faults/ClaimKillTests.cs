namespace Syntha.Server.Tests.Faults;

/// <summary>
/// The server is killed while agents work under a claim, again and again on one folder. The line and the holder are there after it, and the
/// log proves what claims promise through all lives of the server.
/// </summary>
[Trait("Runs", "Once")]
public sealed class ClaimKillTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Kill_WhileAgentsWorkUnderAClaim_BreaksNoPromise()
    {
        using var folder = new ScratchFolder();
        var server = await ServerProcess.StartAsync(folder.Path);
        var workers = new ClaimWorkers(_ => Volatile.Read(ref server).As("alice"));
        using var done = new CancellationTokenSource();
        var working = Enumerable.Range(0, 4).Select(worker => workers.WorkAsync(worker, done.Token)).ToList();
        for (var round = 0; round < 4; round++)
        {
            await workers.GrantsAsync(3 + round);
            await server.KillAsync();
            await server.DisposeAsync();
            ClaimTable.ReadFile(folder.FileOf("alice")).Verify(workers.Writes);
            Volatile.Write(ref server, await ServerProcess.StartAsync(folder.Path));
        }

        await workers.GrantsAsync(8);
        await done.CancelAsync();
        await Task.WhenAll(working);
        await server.DisposeAsync();

        var table = ClaimTable.ReadFile(folder.FileOf("alice"));
        var checker = table.Verify(workers.Writes);
        output.WriteLine(
            $"{table.Rows.Count} changes, {checker.GrantsInLine} grants in line, {workers.Writes.Count()} writes, {workers.Lost} lost");
        Assert.True(checker.GrantsInLine > 5, "Hardly anyone waited.");
    }
}
