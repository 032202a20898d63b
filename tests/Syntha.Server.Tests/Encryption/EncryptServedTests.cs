using System.Collections.Concurrent;
using Syntha.Server.Tests.Operations;

namespace Syntha.Server.Tests.Encryption;

/// <summary>
/// <c>syntha encrypt</c> on a database that a node without a key ring still serves. The acknowledged writes of that node are kept, and from
/// then on no data is in plain.
/// </summary>
[Trait("Runs", "Once")]
public sealed class EncryptServedTests
{
    private const string PlainRows =
        "SELECT count(*) FROM changes WHERE kind IN (1, 2) AND (sealed IS NULL OR value IS NOT NULL OR metadata IS NOT NULL)";

    private readonly string canary = $"canary-{Guid.NewGuid():N}";

    [Fact]
    public async Task Encrypt_AmongWritesOfANodeWithoutARing_LosesNothingAndLeavesNothingInPlain()
    {
        await using var store = await EncryptedStore.CreateOnPostgresAsync();
        await using var node = await ServerProcess.StartOnAsync(store.Store);
        for (var number = 0; number < 8; number++)
        {
            await node.As($"user{number}").PushAsync("before", $"\"{canary}\"");
        }

        var export = await node.Administration.ExportAsync("user0");
        var acknowledged = new ConcurrentBag<(string User, string Key)>();
        var outcomes = new ConcurrentBag<string>();
        var numbers = 0;
        using var done = new CancellationTokenSource();
        var writing = Task.WhenAll(
            UntilRefusedAsync(number => PushAsync($"user{number % 8}", $"{number}"), done.Token),
            UntilRefusedAsync(_ => PushAsync($"new{Interlocked.Increment(ref numbers)}", "k"), done.Token),
            UntilRefusedAsync(_ => PushAsync($"new{Interlocked.Increment(ref numbers)}", "k"), done.Token),
            UntilRefusedAsync(async number =>
            {
                await node.Administration.ImportAsync($"imported{number}", export, allowOtherUser: true);
                acknowledged.Add(($"imported{number}", "before"));
            }, done.Token),
            UntilRefusedAsync(async number =>
            {
                var user = node.As($"user{number % 8}");
                await user.Mesh.LogOutcomeAsync(new() { Agent = "a", Report = new() { TaskType = "t", Error = $"{canary} {number}" } });
                outcomes.Add($"{canary} {number}");
            }, done.Token));

        var (exitCode, output) = await store.RunAsync("encrypt", store.Setting);

        Assert.Equal((0, true), (exitCode, output.Contains(", 0 failed", StringComparison.Ordinal)));
        await done.CancelAsync();
        await writing;
        foreach (var user in new[] { "user0", "later" })
        {
            await Refusal.OfAsync(ErrorReason.StoreDown, node.As(user).Mesh.PushAsync(TestUser.Push("k", "1")));
        }

        Assert.Contains("set Encryption:KeyRingPath", node.Output, StringComparison.Ordinal);
        using var http = new HttpClient(new SocketsHttpHandler());
        Assert.Equal(
            System.Net.HttpStatusCode.ServiceUnavailable,
            (await http.GetAsync(new Uri(node.Http, "/health"), TestContext.Current.CancellationToken)).StatusCode);
        await node.KillAsync();
        Assert.All(store.Store.Names(), user => Assert.Equal((user, 0L), (user, store.Execute(user, PlainRows))));
        Assert.DoesNotContain(await store.FilesWithAsync(canary), file => !file.Contains("pg_wal", StringComparison.Ordinal));

        await using var server = await store.StartAsync();
        Assert.Contains(acknowledged, write => write.User.StartsWith("new", StringComparison.Ordinal));
        Assert.Contains(acknowledged, write => write.User.StartsWith("imported", StringComparison.Ordinal));
        foreach (var (user, key) in acknowledged)
        {
            Assert.Equal($"\"{canary}\"", await server.As(user).ValueAsync(key));
        }

        var kept = new List<string>();
        for (var number = 0; number < 8; number++)
        {
            var list = await server.As($"user{number}").Mesh.ListOutcomesAsync(new() { PageSize = 1_000 });
            kept.AddRange(list.Outcomes.Select(outcome => outcome.Report.Error));
        }

        Assert.Subset(kept.ToHashSet(), outcomes.ToHashSet());

        async Task PushAsync(string user, string key)
        {
            await node.As(user).PushAsync(key, $"\"{canary}\"");
            acknowledged.Add((user, key));
        }
    }

    [Fact]
    public async Task Encrypt_WhileANodeWithoutARingMakesAStore_WaitsForItAndEncryptsItToo()
    {
        await using var store = await EncryptedStore.CreateOnPostgresAsync();
        await using var node = await ServerProcess.StartOnAsync(store.Store);
        await using var held = await HeldInsert.IntoAsync("syntha.heads", store.Store);
        var pushing = node.As("alice").PushAsync("k", $"\"{canary}\"");
        await held.UntilWaitingAsync(1);

        var encrypting = store.RunAsync("encrypt", store.Setting);

        // Wait until the command waits too. It must not be done.
        await held.UntilWaitingAsync(2, encrypting);
        Assert.False(encrypting.IsCompleted);
        await held.ReleaseAsync();
        var isAcknowledged = await IsAcknowledgedAsync(pushing);
        Assert.Equal(0, (await encrypting).ExitCode);
        Assert.Equal(0L, store.Execute("alice", PlainRows));
        await using var server = await store.StartAsync();
        Assert.Equal(isAcknowledged ? $"\"{canary}\"" : null, await server.As("alice").ValueAsync("k"));
    }

    // Either the node or the command may be the first to write to the new store.
    private static async Task<bool> IsAcknowledgedAsync(Task push)
    {
        try
        {
            await push;
            return true;
        }
        catch (RpcException refused)
        {
            Refusal.Of(ErrorReason.StoreDown, refused);
            return false;
        }
    }

    private static async Task UntilRefusedAsync(Func<int, Task> write, CancellationToken done)
    {
        try
        {
            for (var number = 0; ; number++)
            {
                var isLate = done.IsCancellationRequested;
                await write(number);
                Assert.False(isLate, "What was written in plain after the command was done was acknowledged.");
            }
        }
        catch (RpcException refused)
        {
            Refusal.Of(ErrorReason.StoreDown, refused);
        }
    }
}
