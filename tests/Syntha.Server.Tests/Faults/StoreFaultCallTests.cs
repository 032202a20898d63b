using Syntha.Tests.Support;

namespace Syntha.Server.Tests.Faults;

/// <summary>A fault of a store affects only its user, is reported as what it is, and ends when its cause ends.</summary>
[Trait("Runs", "Once")]
public sealed class StoreFaultCallTests
{
    [Fact]
    public async Task Push_StoreAtItsLimit_IsStoreFullWhileReadsGoOn()
    {
        await using var server = await TestServer.StartAsync("--Storage:MaxStoreBytes=1048576");
        server.MayLogErrors = true;
        var (alice, bob) = (server.As("alice"), server.As("bob"));
        var value = $"\"{new string('v', 60_000)}\"";
        await bob.PushAsync("k", "\"of bob\"");
        var (acknowledged, full) = await FillAsync(alice, value);

        Assert.NotEmpty(acknowledged);
        Refusal.Of(ErrorReason.StoreFull, full);
        Assert.Equal(acknowledged, await alice.KeysAsync());
        Assert.All(await Task.WhenAll(acknowledged.Select(key => alice.ValueAsync(key))), found => Assert.Equal(value, found));
        Assert.Equal(acknowledged.Count, (await alice.PositionAsync()).Revision);
        Assert.Equal(2, await bob.PushAsync("l"));

        await server.RestartAsync();
        Assert.Equal(acknowledged, await server.As("alice").KeysAsync());
    }

    [Fact]
    public async Task Push_DiskFull_IsStoreFullAndWorksAgainWhenThereIsRoom()
    {
        // The test takes eleven of these mebibytes and gives them back. After a crash the write-ahead file is copied into the database,
        // which takes the same room once more.
        using var folder = new ScratchFolder();
        using var disk = SmallDisk.TryMount(folder.Path, mebibytes: 16);
        Assert.SkipWhen(disk is null, SmallDisk.NotPermitted);
        await using var server = await ServerProcess.StartAsync(disk.Path);
        var (alice, bob) = (server.As("alice"), server.As("bob"));
        await bob.PushAsync("k", "\"of bob\"");
        var value = $"\"{new string('v', 200_000)}\"";
        await alice.PushAsync("first", value);
        var ballast = Path.Combine(disk.Path, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[11 * 1024 * 1024], TestContext.Current.CancellationToken);

        var (acknowledged, full) = await FillAsync(alice, value);

        Refusal.Of(ErrorReason.StoreFull, full);
        Assert.Equal([.. acknowledged, "first"], await alice.KeysAsync());
        Assert.Equal("\"of bob\"", await bob.ValueAsync("k"));
        File.Delete(ballast);
        Assert.Equal(acknowledged.Count + 2, await alice.PushAsync("after", value));
        await server.KillAsync();
        await using var again = await ServerProcess.StartAsync(disk.Path);
        Assert.Equal([.. acknowledged.Append("after").Order(StringComparer.Ordinal), "first"], await again.As("alice").KeysAsync());
        Assert.Equal("\"of bob\"", await again.As("bob").ValueAsync("k"));
    }

    [Fact]
    public async Task Push_DiskReadOnly_IsStoreReadOnlyWhileReadsGoOn()
    {
        using var folder = new ScratchFolder();
        using var disk = SmallDisk.TryMount(folder.Path, mebibytes: 8);
        Assert.SkipWhen(disk is null, SmallDisk.NotPermitted);
        await using (var server = await ServerProcess.StartAsync(disk.Path))
        {
            await server.As("alice").PushAsync("k", "\"kept\"");
            Assert.Equal(0, await server.TerminateAsync());
        }
        foreach (var file in Directory.GetFiles(Path.Combine(disk.Path, "users", "alice")))
        {
            disk.Protect(file);
        }

        await using var again = await ServerProcess.StartAsync(disk.Path);

        var refused = await Assert.ThrowsAsync<RpcException>(() => again.As("alice").PushAsync("k", "1"));

        Refusal.Of(ErrorReason.StoreReadOnly, refused);
        Assert.Equal("\"kept\"", await again.As("alice").ValueAsync("k"));
        Assert.Equal(1, await again.As("bob").PushAsync("k"));
    }

    [Theory]
    [InlineData(0, 4096)]
    [InlineData(100, 8000)]
    [InlineData(4096, 4096)]
    public async Task User_WhoseFileWasOverwritten_GetsDataLossAndNobodyElse(int offset, int count)
    {
        await using var server = await TestServer.StartAsync();
        server.MayLogErrors = true;
        foreach (var id in (string[])["alice", "bob"])
        {
            for (var n = 0; n < 20; n++)
            {
                await server.As(id).PushAsync($"k{n}", $"\"of {id} {new string('v', 500)}\"");
            }
        }

        await server.RestartAsync(() => Overwrite(Path.Combine(server.FolderOf("alice"), "context.db"), offset, count));
        var (alice, bob) = (server.As("alice"), server.As("bob"));

        await Refusal.OfAsync(ErrorReason.StoreCorrupt, alice.Mesh.GetAsync(new() { Key = "k1" }));
        await Refusal.OfAsync(ErrorReason.StoreCorrupt, alice.Mesh.PushAsync(TestUser.Push("k1")));
        await Refusal.OfAsync(ErrorReason.StoreCorrupt, alice.Tools.ListContextAsync(new() { AsAgent = "a", View = ItemView.Keys }));
        Assert.StartsWith("\"of bob", await bob.ValueAsync("k1"), StringComparison.Ordinal);
        Assert.Equal(21, await bob.PushAsync("k1"));
    }

    [Fact]
    public async Task Push_CommitFails_IsStoreDownAndTheRequestIdTellsWhatHappened()
    {
        await using var server = await TestServer.StartAsync();
        server.MayLogErrors = true;
        var alice = server.As("alice");
        await alice.PushAsync("k", "0");
        // The server keeps the file open while the test changes the tables directly.
        Execute(server, "ALTER TABLE live RENAME TO gone");
        var request = TestUser.Push("k", "1");
        request.RequestId = Guid.CreateVersion7().ToString();

        await Refusal.OfAsync(ErrorReason.StoreDown, alice.Mesh.PushAsync(request));

        Execute(server, "ALTER TABLE gone RENAME TO live");
        Assert.Equal("0", await alice.ValueAsync("k"));
        var repeated = await alice.Mesh.PushAsync(request);
        Assert.Equal((2, false), (repeated.Position.Revision, repeated.Replayed));
        Assert.Equal(1, await server.As("bob").PushAsync("k"));
    }

    [Fact]
    public async Task Push_AllOpenStoresInUse_IsStoreBusyAndNothingIsWritten()
    {
        await using var server = await TestServer.StartAsync(
            // The audit trail would open files as well, and there is only one place.
            "--Storage:MaxOpenStores=1", "--Storage:MaxWait=00:00:00.2", "--Audit:Enabled=false");
        server.MayLogErrors = true;
        var (alice, bob) = (server.As("alice"), server.As("bob"));
        await PushAsync(bob, "0");
        await PushAsync(alice, "0");
        await using (await HeldTurn.TakeAsync(server, alice))
        {
            await Refusal.OfAsync(ErrorReason.StoreBusy, bob.Mesh.PushAsync(TestUser.Push("k", "1")));
            Assert.Equal("0", await bob.ValueAsync("k"));
        }

        Assert.Equal(2, await PushAsync(bob, "2"));

        // A place becomes free when a file is closed. On a busy machine that may take longer than this server lets its callers wait.
        static async Task<long> PushAsync(TestUser user, string json)
        {
            for (var began = TimeProvider.System.GetTimestamp(); ;)
            {
                try
                {
                    return await user.PushAsync("k", json);
                }
                catch (RpcException busy) when (TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(1))
                {
                    Refusal.Of(ErrorReason.StoreBusy, busy);
                }
            }
        }
    }

    [Fact]
    public async Task Push_32ClientsAtOnceToOneUser_LosesNothing()
    {
        const int Clients = 32;
        const int Pushes = 40;
        await using var server = await TestServer.StartAsync();

        var revisions = await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            using var channel = Grpc.Net.Client.GrpcChannel.ForAddress(server.Grpc);
            var (user, mine) = (new TestUser(channel, "alice"), new List<long>());
            for (var n = 0; n < Pushes; n++)
            {
                mine.Add(await user.PushAsync($"{client}/{n}", $"{n}"));
                // A user reads its own writes, even when others write.
                Assert.Equal($"{n}", await user.ValueAsync($"{client}/{n}"));
            }
            return mine;
        })));

        Assert.All(revisions, mine => Assert.Equal(mine.Order(), mine));
        Assert.Equal(Enumerable.Range(1, Clients * Pushes).Select(n => (long)n), revisions.SelectMany(mine => mine).Order());
        await server.RestartAsync();
        Assert.Equal(Clients * Pushes, (await server.As("alice").KeysAsync()).Count);
        Assert.Equal(Clients * Pushes, (await server.As("alice").PositionAsync()).Revision);
    }

    private static async Task<(List<string> Acknowledged, RpcException Full)> FillAsync(TestUser user, string value)
    {
        var acknowledged = new List<string>();
        while (true)
        {
            var key = $"{acknowledged.Count:D3}";
            try
            {
                await user.PushAsync(key, value);
                acknowledged.Add(key);
            }
            catch (RpcException refused)
            {
                return (acknowledged, refused);
            }
            Assert.True(acknowledged.Count < 500, "It never gets full.");
        }
    }

    private static void Overwrite(string path, int offset, int count)
    {
        using var file = File.OpenWrite(path);
        file.Position = offset;
        file.Write(Enumerable.Repeat((byte)0x5A, count).ToArray());
    }

    private static void Execute(TestServer server, string sql) =>
        StoreFile.Execute(Path.Combine(server.FolderOf("alice"), "context.db"), sql);
}
