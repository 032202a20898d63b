using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Syntha.Server.Tests.Nodes;

namespace Syntha.Server.Tests.Audit;

/// <summary>The trail misses no entry and holds none twice, even when servers or the trail's store fail.</summary>
public sealed class AuditKeptTests
{
    [Fact]
    [Trait("Runs", "Once")]
    public Task Write_ServerKilledRightAfterItsAnswer_IsInTheTrailOfTheNextOne() => KilledAsync(TestStore.CreateAsync);

    [Fact]
    [Trait("Runs", "Once")]
    public Task Write_NodeKilledRightAfterItsAnswer_IsRecordedByAnother() => KilledAsync(() => TestStore.CreatePostgresAsync());

    [Fact]
    [Trait("Runs", "Once")]
    public async Task Writes_OfOneUserOnTwoNodes_AreRecordedOnceEach()
    {
        await using var nodes = await NodeGroup.StartAsync(2, "--Audit:Interval=00:00:00.01");
        await Task.WhenAll(Enumerable.Range(0, 2).Select(async node =>
        {
            for (var n = 0; n < 50; n++)
            {
                await nodes.As("alice", node).PushAsync($"{node} {n}");
            }
        }));

        var entries = await AuditReader.UntilAsync(nodes[0].Administration, found => found.Count >= 100, "alice", "ContextMesh/Push");

        Assert.Equal(Enumerable.Range(1, 100).Select(revision => (long)revision), entries.Select(entry => entry.Revision).Order());
        Assert.Equal(0, await Verification.RunAsync(nodes[0]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [Trait("Runs", "Once")]
    public async Task Erases_MoreAtOnceThanThereAreConnections_AllSucceed_AndWhatWasCommittedIsRecorded(int connections)
    {
        await using var store = await TestStore.CreatePostgresAsync();
        await using var server = await TestServer.StartOnAsync(
            store, $"--Storage:Postgres:PoolSize={connections}", "--Storage:Postgres:MaxWait=00:00:30", "--Audit:Interval=00:01:00",
            "--Audit:MaxWait=00:01:00");
        string[] users = [.. Enumerable.Range(0, 8).Select(n => $"user{n}")];
        await Task.WhenAll(users.Select(user => server.As(user).PushAsync("k")));

        await Task.WhenAll(users.Select(user => server.Administration.DeleteUserAsync(new() { UserId = user }).ResponseAsync));

        var pushes = await AuditReader.AllAsync(server.Administration, method: "ContextMesh/Push");
        Assert.Equal(users, pushes.Select(entry => entry.UserId).Order(StringComparer.Ordinal));
        Assert.Equal(0, await Verification.RunAsync(server));
        Assert.Empty(store.Names());
    }

    [Fact]
    public async Task Trail_ThatCannotBeWritten_SumsRefusedCallsAndLosesNone()
    {
        const int Denied = 40;
        await using var server = await TestServer.StartAsync(
            "--Audit:MaxQueued=1", "--Audit:Interval=00:00:00.01", "--Audit:RefusalInterval=00:00:00.01", "--Audit:MaxWait=00:00:01",
            "--Storage:Postgres:LockTimeout=00:00:05",
            "--Storage:Postgres:CommandTimeout=00:00:10");
        server.MayLogErrors = true;
        var alice = server.As("alice");
        await alice.PushAsync("private", subscribers: ["Other"]);
        await AuditReader.UntilAsync(server.Administration, found => found.Count == 1, "alice");
        using var http = new HttpClient(new SocketsHttpHandler());
        var health = new Uri(server.Http, "/health");

        await using (await TrailLock.TakeAsync(server))
        {
            // None of them waits for the trail.
            for (var n = 0; n < Denied; n++)
            {
                var refused = await Assert.ThrowsAsync<RpcException>(() => alice.PushAsync("private", agent: "Planner"));
                Assert.Equal(StatusCode.PermissionDenied, refused.StatusCode);
            }

            while (await http.GetAsync(health, TestContext.Current.CancellationToken) is { IsSuccessStatusCode: true })
            {
                await Task.Delay(20, TestContext.Current.CancellationToken); // only the server's health shows it
            }
            // Reads and writes go on: reads are summed up, writes wait in the log.
            await alice.PushAsync("k");
            Assert.Equal("1", await alice.ValueAsync("k"));
        }

        var entries = await AuditReader.UntilAsync(
            server.Administration,
            found => found.Exists(entry => entry.Revision == 2), "alice");
        var refusals = await AuditReader.UntilAsync(
            server.Administration, found => found.Sum(entry => entry.CallCount) >= Denied, outcome: AuditOutcome.Denied);
        Assert.Equal(Denied, refusals.Sum(entry => entry.CallCount));
        Assert.InRange(refusals.Count, 1, Denied - 1);
        Assert.Equal(1, entries.Where(entry => entry.Method == "ContextMesh/Get").Sum(entry => entry.CallCount));
        while (await http.GetAsync(health, TestContext.Current.CancellationToken) is { IsSuccessStatusCode: false })
        {
            await Task.Delay(20, TestContext.Current.CancellationToken); // only the server's health shows it
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task Backlog_WhileTheTrailIsLocked_IsTold_AndGoesAway()
    {
        await using var server = await TestServer.StartAsync("--Audit:Interval=00:00:00.01");
        server.MayLogErrors = true;
        var (alice, bob) = (server.As("alice"), server.As("bob"));
        await alice.PushAsync("private", subscribers: ["Other"]);
        await UntilAsync(0, 0);

        await using (await TrailLock.TakeAsync(server))
        {
            for (var n = 0; n < 3; n++)
            {
                await Assert.ThrowsAsync<RpcException>(() => alice.PushAsync("private", agent: "Planner"));
            }

            await UntilAsync(3, 0);
            await alice.PushAsync("k");
            await bob.PushAsync("k");
            await UntilAsync(3, 2);
        }

        await UntilAsync(0, 0);

        // No event tells the time, so ask the server until then. Read this server's own meter, because /metrics covers all servers of a
        // process.
        async Task UntilAsync(int queued, int behind)
        {
            var told = new Dictionary<string, int>();
            using var listener = new MeterListener
            {
                InstrumentPublished = (instrument, listener) =>
                {
                    if (instrument.Meter.Scope == server.Services.GetRequiredService<IMeterFactory>())
                    {
                        listener.EnableMeasurementEvents(instrument);
                    }
                },
            };
            listener.SetMeasurementEventCallback<int>((instrument, value, _, _) =>
            {
                lock (told)
                {
                    told[instrument.Name] = value;
                }
            });
            listener.Start();
            do
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
                listener.RecordObservableInstruments();
            }
            while (!IsSo());

            bool IsSo()
            {
                lock (told)
                {
                    return told["syntha.audit.queued"] == queued && told["syntha.audit.users_behind"] == behind;
                }
            }
        }
    }

    [Fact]
    [Trait("Runs", "Once")] // the lock keeps the SQLite trail from being read as well
    public async Task Trail_ThatCanNeitherBeReadNorWritten_HasTheWritesOfThenAfterwards()
    {
        await using var server = await TestServer.StartAsync("--Audit:Interval=00:00:00.01");
        server.MayLogErrors = true;
        var alice = server.As("alice");
        await alice.PushAsync("k");
        await AuditReader.UntilAsync(server.Administration, found => found.Count == 1, "alice");

        await using (await TrailLock.TakeAsync(server))
        {
            await alice.PushAsync("k");
            // Leave an entry that waits to be written, so that the server tries both.
            await alice.ValueAsync("k");
            for (var began = TimeProvider.System.GetTimestamp(); server.Log.Lines.Count(IsOfUnread) < 3;)
            {
                Assert.True(
                    TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(3), "The writer does not try alice's commits again.");
                await Task.Delay(20, TestContext.Current.CancellationToken); // only the log shows it
            }
        }

        var entries = await AuditReader.UntilAsync(server.Administration, found => found.Exists(entry => entry.Revision == 2), "alice");
        Assert.Equal(1, entries.Where(entry => entry.Method == "ContextMesh/Get").Sum(entry => entry.CallCount));

        static bool IsOfUnread(string line) => line.Contains("The commits of user alice cannot be read", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_BeyondItsLimit_IsNotTrimmedPastWhatIsRecorded()
    {
        await using var server = await TestServer.StartAsync("--Log:MaxChanges=8", "--Audit:Interval=00:00:00.01");
        server.MayLogErrors = true;
        var alice = server.As("alice");
        await using (await TrailLock.TakeAsync(server))
        {
            for (var n = 0; n < 40; n++)
            {
                await alice.PushAsync("k");
            }
        }

        var entries = await AuditReader.UntilAsync(server.Administration, found => found.Count == 40, "alice");

        Assert.Equal(40, entries.Select(entry => entry.Revision).Distinct().Count());
    }

    [Fact]
    public async Task Canaries_InKeysAndValues_AreNowhereInTheTrail_AndTheSecretGoesWithTheUser()
    {
        await using var server = await TestServer.StartAsync("--Audit:Interval=00:00:00.01");
        var alice = server.As("alice");
        await alice.PushAsync("canary-key", "\"canary-value\"");
        await Assert.ThrowsAsync<RpcException>(
            () => alice.PushAsync("canary-key", "\"canary-value\"", subscribers: ["x"], agent: "canary-agent\0"));
        var before = await AuditReader.UntilAsync(server.Administration, found => found.Count == 1, "alice");

        await server.Administration.DeleteUserAsync(new() { UserId = "alice" });
        await alice.PushAsync("canary-key", "\"canary-value\"");
        var after = await AuditReader.UntilAsync(server.Administration, found => found.Count == 3, "alice");

        // The same key with the same name, under another secret.
        Assert.NotEqual(before[0].KeyHash, after[^1].KeyHash);
        await server.StopAsync();
        var trail = TrailLock.ReadAll(server);
        Assert.Contains("alice", trail, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", trail, StringComparison.Ordinal);
    }

    private static async Task KilledAsync(Func<Task<TestStore>> makeStore)
    {
        await using var store = await makeStore();
        await using (var first = await ServerProcess.StartOnAsync(store, "--Audit:Interval=00:01:00"))
        {
            await first.As("alice").PushAsync("k");
            await first.KillAsync();
        }

        await using var second = await TestServer.StartOnAsync(store, "--Audit:Interval=00:00:00.01");

        var entries = await AuditReader.UntilAsync(second.Administration, found => found.Count > 0, "alice");
        Assert.Equal(("ContextMesh/Push", 1), (Assert.Single(entries).Method, entries[0].Revision));
    }
}
