using Syntha.Cli.Auditing;
using Syntha.Cli.Commands;
using Syntha.Server.Audit;

namespace Syntha.Server.Tests.Audit;

/// <summary>Checks of a trail that was changed directly in its store, and of a trail that has grown old.</summary>
public sealed class AuditChainTests
{
    private static readonly string[] Settings = ["--Audit:Interval=00:00:00.01", "--Audit:Node=here", "--Audit:HeadInterval=00:00:01"];

    [Theory]
    [InlineData("UPDATE audit SET user_id = 'bob' WHERE sequence = 3", "the entry 3 is not what was written there")]
    [InlineData("DELETE FROM audit WHERE sequence = 3", "entries between 2 and 4 are gone")]
    [InlineData(
        "UPDATE audit SET sequence = 100 WHERE sequence = 2; UPDATE audit SET sequence = 2 WHERE sequence = 3; "
            + "UPDATE audit SET sequence = 3 WHERE sequence = 100",
        "the entry 2 is not what was written there")]
    [InlineData("DELETE FROM audit WHERE sequence < 3", "the entries before 3 are gone, and it was not retention that removed them")]
    [InlineData("DELETE FROM audit WHERE sequence > 3", "entries between 3 and ")]
    public async Task Verify_TrailThatWasChanged_TellsWhereAndFails(string change, string found)
    {
        await using var server = await FilledAsync();
        Assert.Equal(0, await Verification.RunAsync(server));

        await TrailLock.ChangeAsync(server, change);
        var (code, output) = await Verification.RunAsync(server, null);

        Assert.Equal(1, code);
        Assert.Contains($"here: {found}", output, StringComparison.Ordinal);
    }

    // Entries are found by what they hold: pushes that come fast share an entry, so that their numbers differ from run to run.
    [Fact]
    public async Task Verify_WriteWhoseCommandsWereChanged_TellsWhereAndFails()
    {
        await using var server = await FilledAsync();
        var writes = (await server.Administration.ListAuditEventsAsync(new() { Node = "here", PageSize = 1_000 })).Events
            .Where(entry => entry.Write is not null);
        var last = writes.Max(entry => entry.Sequence);

        await TrailLock.ChangeAsync(server, $"UPDATE audit SET commands = hash WHERE sequence = {last}");
        var (code, output) = await Verification.RunAsync(server, null);

        Assert.Equal(1, code);
        Assert.Contains($"here: the entry {last} is not what was written there", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_EndCutOffWithTheHead_IsFoundByTheHeadsInTheLog()
    {
        await using var server = await FilledAsync();
        await server.RestartAsync();
        var (before, said) = await Verification.RunAsync(server, server.Log.Lines);
        Assert.True(before == 0, said);
        Assert.DoesNotContain("Heads from the log: 0.", said, StringComparison.Ordinal);

        await TrailLock.ChangeAsync(
            server,
            "DELETE FROM audit WHERE sequence > 3; "
                + "UPDATE audit_chains SET sequence = 3, hash = (SELECT hash FROM audit WHERE sequence = 3)");

        Assert.Equal(0, await Verification.RunAsync(server));
        Assert.Equal(1, (await Verification.RunAsync(server, server.Log.Lines)).Code);
    }

    [Fact]
    public async Task Verify_EntryChangedWithAHashThatFitsIt_IsFoundByTheNextOne()
    {
        await using var server = await FilledAsync();

        await ForgeAsync(server, 3, "");
        var (code, output) = await Verification.RunAsync(server, null);

        Assert.Equal(1, code);
        Assert.Contains("here: the entry 4 is not what was written there", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_LastEntryChangedWithItsHashAndTheHead_IsFoundByTheHeadsInTheLog()
    {
        await using var server = await FilledAsync();
        await server.RestartAsync();
        var head = (await Verification.RunAsync(server, server.Log.Lines)).Code;
        Assert.Equal(0, head);
        var last = AuditLog.FindHeads(server.Log.Lines).Max(found => found.Sequence);
        // Remove all later entries, so that no entry is left that would not fit.
        await ForgeAsync(
            server, last,
            $"DELETE FROM audit WHERE sequence > {last}; "
                + $"UPDATE audit_chains SET sequence = {last}, hash = (SELECT hash FROM audit WHERE sequence = {last});");

        var (code, output) = await Verification.RunAsync(server, server.Log.Lines);

        Assert.Equal(1, code);
        Assert.Contains(
            $"here: the entry {last} is another one than when the chain's head was published", output, StringComparison.Ordinal);
        Assert.DoesNotContain("is not what was written there", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_FileWithoutAHead_IsAnError()
    {
        await using var server = await FilledAsync();

        var (code, output) = await Verification.RunAsync(server, ["no head", ""]);

        Assert.Equal(1, code);
        Assert.StartsWith("No head was found in ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retention_RemovesWhatIsOldAndSaysSo_AndTheRestIsVerified()
    {
        await using var server = await TestServer.StartAsync([.. Settings, "--Audit:Retention=00:00:02"]);
        await server.As("alice").PushAsync("k");

        var kept = await AuditReader.UntilAsync(
            server.Administration,
            found => found.Exists(entry => entry.Method == "Audit/Retain") && found.All(entry => entry.UserId != "alice"));

        var retained = kept.First(entry => entry.Method == "Audit/Retain");
        Assert.Equal(32, retained.Retention.LastChainHash.Length);
        Assert.True(retained.Retention.LastSequence >= retained.Retention.RemovedEntries && retained.Retention.RemovedEntries > 0);
        var (code, output) = await Verification.RunAsync(server, null);
        Assert.True(code == 0, output);
    }

    [Fact]
    public async Task Command_Listing_PrintsWhatFits()
    {
        await using var server = await FilledAsync();
        using var output = new StringWriter { NewLine = "\n" };

        var code = await SynthaCommands.RunAsync(
            [
                "audit", "--user", "alice", "--method", "ContextMesh/Push", "--from", "2020-01-01", "--outcome", "Success", "--count", "2",
                "--server", server.Grpc.ToString(),
            ],
            output, output);

        Assert.Equal((0, 3), (code, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length));
        Assert.Equal(2, await SynthaCommands.RunAsync(["audit", "--from", "yesterday"], output, output));
        Assert.Equal(2, await SynthaCommands.RunAsync(["audit", "--heads", "file"], output, output));
    }

    // Put another user into an entry, and store the hash that this entry then has.
    private static async Task ForgeAsync(TestServer server, long sequence, string andThen)
    {
        var chain = (await server.Administration.ListAuditEventsAsync(new() { Node = "here", PageSize = 1_000 })).Events;
        var entry = AuditRecords.FromWire(chain.Single(entry => entry.Sequence == sequence));
        var before = chain.Single(entry => entry.Sequence == sequence - 1).ChainHash.ToByteArray();
        var hash = Convert.ToHexString(Storage.Audit.AuditHash.Of(before, "here", sequence, entry.Entry with { User = "mallory" }));
        var bytes = TestStore.PrefersPostgres ? $"'\\x{hash}'" : $"x'{hash}'";
        await TrailLock.ChangeAsync(server, $"UPDATE audit SET user_id = 'mallory', hash = {bytes} WHERE sequence = {sequence}; {andThen}");
    }

    private static async Task<TestServer> FilledAsync()
    {
        var server = await TestServer.StartAsync(Settings);
        for (var n = 0; n < 6; n++)
        {
            await server.As("alice").PushAsync($"k{n}");
        }

        await AuditReader.UntilAsync(server.Administration, found => found.Count == 6, "alice");
        return server;
    }
}
