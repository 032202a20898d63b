using Microsoft.Extensions.DependencyInjection;
using Syntha.Storage.Records;

namespace Syntha.Server.Tests.Encryption;

/// <summary>New keys for data that is in use.</summary>
public sealed class KeyRotationTests
{
    [Fact]
    public async Task RotateKeys_AmongWritersAndAStream_LosesNothingAndLeavesNoOldKey()
    {
        await using var store = await EncryptedStore.CreateAsync();
        await using var server = await store.StartAsync();
        var (alice, bob) = (server.As("alice"), server.As("bob"));
        for (var number = 0; number < 100; number++)
        {
            await alice.PushAsync($"before {number}", $"\"{number}\"");
        }

        await alice.Mesh.LogOutcomeAsync(new() { Agent = "a", Report = new() { TaskType = "t", Error = "before" } });
        await bob.PushAsync("k", "\"of bob\"");
        var former = store.Keys("alice")[0];
        using var watching = alice.Mesh.Subscribe(
            new() { Start = new() { After = new() { Epoch = (await alice.PositionAsync()).Epoch } } });
        using var done = new CancellationTokenSource();
        var writing = Task.WhenAll(Enumerable.Range(0, 4).Select(writer => WriteAsync(alice, writer, done.Token)));

        Assert.Equal((2, 0, 2), await RotateAsync(server, new() { IncludeData = true }));

        await alice.PushAsync("after", "\"after\"");
        await done.CancelAsync();
        var written = (await writing).Sum();
        var keys = Assert.Single(store.Keys("alice"));
        Assert.Equal(("2", "1"), (keys.Id, former.Id));
        Assert.NotEqual(former.Wrapped, keys.Wrapped);
        Assert.All(store.KeysOfRows("alice"), id => Assert.Equal(2u, id));
        Assert.Equal(101 + written, store.KeysOfRows("alice").Count());
        Assert.All(store.KeysOfRows("bob"), id => Assert.Equal(2u, id));
        var last = (await alice.PositionAsync()).Revision;
        Assert.Equal(Enumerable.Range(1, (int)last).Select(revision => (long)revision), await RevisionsAsync(watching, last));
        await AssertReadsAsync(server, written);

        // The same after a restart.
        await server.RestartAsync();
        await AssertReadsAsync(server, written);
    }

    [Fact]
    public async Task RotateKeys_WithoutTheData_WrapsTheSameKeysAnew()
    {
        await using var store = await EncryptedStore.CreateAsync();
        await using var server = await store.StartAsync();
        await server.As("alice").PushAsync("k", "1");
        await server.As("bob").PushAsync("k", "1");
        var (ofAlice, ofBob, stored) = (store.Keys("alice")[0], store.Keys("bob")[0], store.Read("alice", "k"));

        Assert.Equal((1, 0, 1), await RotateAsync(server, new() { UserId = "alice" }));

        var wrapped = Assert.Single(store.Keys("alice"));
        Assert.Equal(ofAlice.Id, wrapped.Id);
        Assert.NotEqual(ofAlice.Wrapped, wrapped.Wrapped);
        Assert.Equal(ofBob, Assert.Single(store.Keys("bob")));
        Assert.Equal(stored, store.Read("alice", "k"));
        await server.RestartAsync();
        Assert.Equal("1", await server.As("alice").ValueAsync("k"));
    }

    [Fact]
    public async Task RotateKeys_KilledHalfWay_IsCompletedByTheNextOne()
    {
        await using var store = await EncryptedStore.CreateAsync();
        await using (var server = await ServerProcess.StartOnAsync(store.Store, store.Setting))
        {
            for (var number = 0; number < 8; number++)
            {
                await server.As($"user{number}").PushAsync("k", $"\"{number}\"");
            }

            using var rotating = server.Administration.RotateKeys(new() { IncludeData = true });
            Assert.True(await rotating.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
            await server.KillAsync();
        }

        await using var again = await store.StartAsync();
        for (var number = 0; number < 8; number++)
        {
            Assert.Equal($"\"{number}\"", await again.As($"user{number}").ValueAsync("k"));
        }

        Assert.Equal((8, 0, 8), await RotateAsync(again, new() { IncludeData = true }));
        for (var number = 0; number < 8; number++)
        {
            var key = Assert.Single(store.Keys($"user{number}"));
            Assert.All(store.KeysOfRows($"user{number}"), id => Assert.Equal(key.Id, $"{id}"));
            Assert.Equal($"\"{number}\"", await again.As($"user{number}").ValueAsync("k"));
        }
    }

    [Theory]
    [InlineData("--wrap-only")]
    [InlineData]
    public async Task RotateKeysCommand_OneUserWhoFails_ExitsWith1AndLeavesTheMarkUnderTheOldKey(params string[] words)
    {
        await using var store = await EncryptedStore.CreateAsync();
        await using var server = await store.StartAsync(OperatorKey.Setting);
        server.MayLogErrors = true;
        for (var number = 0; number < 3; number++)
        {
            await (await server.WithKeyAsync($"user{number}")).PushAsync("k", $"\"{number}\"");
        }

        var mark = await MarkAsync(server);
        // A data key that cannot be unwrapped, for example because the ring lacks the key that wraps it.
        var kept = store.Keys("user1")[0];
        store.SetKeys("user1", $"{kept.Id}:{kept.Wrapped[..^8]}");

        var (failed, told, errors) = await OperatorCommand.RunAsync(server, ["rotate-keys", .. words]);

        Assert.Equal((1, true), (failed, told.EndsWith("2 of 3 users, 1 failed\n", StringComparison.Ordinal)));
        Assert.StartsWith("Not complete: 1 of 3 users failed.", errors, StringComparison.Ordinal);
        Assert.Equal(mark, await MarkAsync(server));
        store.SetKeys("user1", $"{kept.Id}:{kept.Wrapped}");
        var (done, toldThen, errorsThen) = await OperatorCommand.RunAsync(server, ["rotate-keys", .. words]);
        Assert.Equal((0, true, ""), (done, toldThen.EndsWith("3 of 3 users, 0 failed\n", StringComparison.Ordinal), errorsThen));
        Assert.NotEqual(mark, await MarkAsync(server));
        Assert.Equal("\"1\"", await (await server.WithKeyAsync("user1")).ValueAsync("k"));
    }

    [Fact]
    public async Task RotateKeys_WithoutTheData_WrapsUnderTheNewestKeyOfTheRingSoThatOlderOnesCanGo()
    {
        await using var store = await EncryptedStore.CreateAsync();
        await using var server = await store.StartAsync();
        await server.As("alice").PushAsync("k", "\"of alice\"");
        await server.As("bob").PushAsync("k", "\"of bob\"");
        var first = Assert.Single(store.RingFiles());
        // A server reads the ring when it starts.
        await server.RestartAsync(store.AddRingKey);

        Assert.Equal((2, 0, 2), await RotateAsync(server, new()));

        await server.RestartAsync(() => File.Delete(first));
        Assert.Equal("\"of alice\"", await server.As("alice").ValueAsync("k"));
        Assert.Equal("\"of bob\"", await server.As("bob").ValueAsync("k"));
        Assert.Equal(2, await server.As("alice").PushAsync("l"));
    }

    [Fact]
    public async Task RotateKeys_OfAPlainServer_IsRefused()
    {
        await using var server = await TestServer.StartAsync();

        using var rotating = server.Administration.RotateKeys(new());

        Refusal.Of(
            ErrorReason.EncryptionOff,
            await Assert.ThrowsAsync<RpcException>(() => rotating.ResponseStream.MoveNext(TestContext.Current.CancellationToken)));
    }

    private static async Task<string> MarkAsync(TestServer server) =>
        (await server.Services.GetRequiredService<IServerRecords>().ReadMarkAsync(TestContext.Current.CancellationToken))!.Check;

    private static async Task AssertReadsAsync(TestServer server, int written)
    {
        var alice = server.As("alice");
        for (var number = 0; number < 100; number += 9)
        {
            Assert.Equal($"\"{number}\"", await alice.ValueAsync($"before {number}"));
        }

        Assert.Equal("\"after\"", await alice.ValueAsync("after"));
        Assert.Equal(101 + written, (await alice.KeysAsync()).Count);
        Assert.Equal("before", Assert.Single((await alice.Mesh.ListOutcomesAsync(new())).Outcomes).Report.Error);
        Assert.Equal("\"of bob\"", await server.As("bob").ValueAsync("k"));
    }

    private static async Task<int> WriteAsync(TestUser user, int writer, CancellationToken until)
    {
        var number = 0;
        for (; !until.IsCancellationRequested; number++)
        {
            await user.PushAsync($"{writer} {number}", $"{number}");
        }

        return number;
    }

    private static async Task<List<long>> RevisionsAsync(AsyncServerStreamingCall<SubscribeResponse> stream, long last)
    {
        var revisions = new List<long>();
        while (revisions.LastOrDefault() < last && await stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
        {
            if (stream.ResponseStream.Current.Changes is { } changes)
            {
                revisions.AddRange(changes.Changes_.Select(change => change.Revision).Distinct());
            }
        }
        return revisions;
    }

    private static async Task<(long Done, long Failed, long Total)> RotateAsync(TestServer server, RotateKeysRequest request)
    {
        using var rotating = server.Administration.RotateKeys(request);
        RotateKeysResponse? last = null;
        while (await rotating.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
        {
            last = rotating.ResponseStream.Current;
        }

        return (last!.Done, last.Failed, last.Total);
    }
}
