using System.Security.Cryptography;
using Google.Protobuf;

namespace Syntha.Server.Tests.Encryption;

/// <summary>The stored hashes of requests confirm no guess of their content, and still tell a repeat from another command.</summary>
public sealed class RequestHashTests
{
    [Fact]
    public async Task Request_OfAnEncryptedStore_LeavesNoHashOfItsContent()
    {
        await using var store = await EncryptedStore.CreateAsync();
        await using var server = await store.StartAsync();
        var requests = new Requests();

        await requests.SendAsync(server, isRepeated: false);

        Assert.Equal(3, Hashes(store).Count);
        Assert.Empty(Hashes(store).Intersect(requests.Hashes));
        await requests.SendAsync(server, isRepeated: true);
        await requests.ReusedAsync(server);
    }

    [Fact]
    public async Task Request_OfAPlainStore_LeavesItsHashUntilTheStoreIsEncrypted()
    {
        await using var store = await EncryptedStore.CreateAsync();
        var requests = new Requests();
        await using (var plain = await TestServer.StartOnAsync(store.Store))
        {
            await requests.SendAsync(plain, isRepeated: false);
        }
        // The control: a plain hash, which can be guessed.
        Assert.Equal(requests.Hashes.Order(StringComparer.Ordinal), Hashes(store).Order(StringComparer.Ordinal));

        Assert.Equal(0, (await store.RunAsync("encrypt", store.Setting)).ExitCode);

        Assert.Equal(3, Hashes(store).Count);
        Assert.Empty(Hashes(store).Intersect(requests.Hashes));
        await using var server = await store.StartAsync();
        await requests.SendAsync(server, isRepeated: true);
        await requests.ReusedAsync(server);
    }

    [Fact]
    public async Task Request_BeforeARotation_IsKnownAfterIt()
    {
        await using var store = await EncryptedStore.CreateAsync();
        await using var server = await store.StartAsync();
        var requests = new Requests();
        await requests.SendAsync(server, isRepeated: false);
        var former = Hashes(store);

        using (var rotating = server.Administration.RotateKeys(new() { IncludeData = true }))
        {
            while (await rotating.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
            {
            }
        }

        Assert.Equal(3, Hashes(store).Count);
        Assert.Empty(Hashes(store).Intersect(former));
        await requests.SendAsync(server, isRepeated: true);
        await requests.ReusedAsync(server);
    }

    // The hashes of the log and of the outcomes, as hexadecimal digits.
    private static List<string> Hashes(EncryptedStore store)
    {
        var log = store.IsPostgres ? "replace(request_hash::text, '-', '')" : "lower(hex(request_hash))";
        var joined = (string)store.Execute(
            "alice",
            $"""
            SELECT {(store.IsPostgres ? "string_agg(hash, ' ')" : "group_concat(hash, ' ')")} FROM (
              SELECT {log} AS hash FROM changes WHERE request_id IS NOT NULL
              UNION ALL SELECT request_hash FROM outcomes WHERE request_id IS NOT NULL) AS hashes
            """)!;
        return [.. joined.Split(' ')];
    }

    // A command that stores an item, one that removes an item, and an outcome: each keeps its request in another place.
    private sealed class Requests
    {
        private readonly PushRequest push = new() { Item = new() { Key = "k", ValueJson = "1" }, RequestId = $"{Guid.NewGuid()}" };
        private readonly RemoveRequest removal = new() { Key = "k", RequestId = $"{Guid.NewGuid()}" };
        private readonly LogOutcomeRequest outcome = new()
        {
            Agent = "a",
            RequestId = $"{Guid.NewGuid()}",
            Report = new() { TaskType = "t", Error = "e" },
        };

        /// <summary>The hashes that an attacker who guesses the requests would look for.</summary>
        public IEnumerable<string> Hashes => new IMessage[] { push, removal, outcome }.Select(
            request => $"00000000{Convert.ToHexStringLower(SHA256.HashData(request.ToByteArray())[..12])}");

        public async Task SendAsync(TestServer server, bool isRepeated)
        {
            var mesh = server.As("alice").Mesh;
            var pushed = await mesh.PushAsync(push);
            var removed = await mesh.RemoveAsync(removal);
            var logged = await mesh.LogOutcomeAsync(outcome);
            Assert.Equal((isRepeated, isRepeated, isRepeated), (pushed.Replayed, removed.Replayed, logged.Replayed));
            Assert.Equal((1, 2, 1), (pushed.Position.Revision, removed.Position.Revision, logged.Number));
        }

        /// <summary>The same ids with other content.</summary>
        public async Task ReusedAsync(TestServer server)
        {
            var mesh = server.As("alice").Mesh;
            await Refusal.OfAsync(ErrorReason.RequestIdReused, mesh.PushAsync(new(push) { Item = new() { Key = "k", ValueJson = "2" } }));
            await Refusal.OfAsync(ErrorReason.RequestIdReused, mesh.RemoveAsync(new(removal) { Key = "l" }));
            var other = outcome.Clone();
            other.Report.Error = "f";
            await Refusal.OfAsync(ErrorReason.RequestIdReused, mesh.LogOutcomeAsync(other));
        }
    }
}
