using System.Text;

namespace Syntha.Server.Tests.Encryption;

/// <summary>Encrypted data decrypts only where it was written, and damage affects only its own user.</summary>
public sealed class TamperTests
{
    private delegate void Tampering(EncryptedStore store, string user, string other);

    private static readonly Tampering[] Tamperings =
    [
        // Another user's row, and the same row together with that user's keys.
        (store, user, other) => store.Write(user, "k", store.Read(other, "k")),
        (store, user, other) =>
        {
            store.Write(user, "k", store.Read(other, "k"));
            SetKeys(store, user, string.Join(':', store.Keys(other)[0].Id, store.Keys(other)[0].Wrapped));
        },
        // Another row of the same user, and another name.
        (store, user, _) => store.Write(user, "k", store.Read(user, "l")),
        (store, user, _) => store.Execute(user, "UPDATE changes SET subject = 'm' WHERE subject = 'k'"),
        // One bit of the value, of the tag, of the nonce, and of the key's number.
        (store, user, _) => store.Write(user, "k", Flip(store.Read(user, "k"), ^20)),
        (store, user, _) => store.Write(user, "k", Flip(store.Read(user, "k"), ^1)),
        (store, user, _) => store.Write(user, "k", Flip(store.Read(user, "k"), 6)),
        (store, user, _) => store.Write(user, "k", Flip(store.Read(user, "k"), 4)),
        // Plain text, and a store that claims to be plain.
        (store, user, _) => store.Write(user, "k", Encoding.UTF8.GetBytes("\"planted\"")),
        (store, user, _) => SetKeys(store, user, DBNull.Value),
    ];

    [Fact]
    public async Task Load_TamperedStore_IsDataLossForThatUserOnly()
    {
        await using var store = await EncryptedStore.CreateAsync();
        var users = Tamperings.Select((_, number) => $"alice{number}").ToList();
        await using (var server = await store.StartAsync())
        {
            foreach (var user in users.Append("bob"))
            {
                await server.As(user).PushAsync("k", $"\"of {user}\"");
                await server.As(user).PushAsync("l", "\"other\"");
            }
        }

        foreach (var (tamper, user) in Tamperings.Zip(users))
        {
            tamper(store, user, "bob");
        }

        await using var again = await store.StartAsync();
        again.MayLogErrors = true;
        foreach (var user in users)
        {
            await Refusal.OfAsync(ErrorReason.StoreCorrupt, again.As(user).Mesh.GetAsync(new() { Key = "k" }));
        }

        Assert.Equal("\"of bob\"", await again.As("bob").ValueAsync("k"));
        Assert.DoesNotContain(again.Log.Lines, line => line.Contains("of alice", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Load_RowThatIsPutBackWhereItWas_IsRead()
    {
        await using var store = await EncryptedStore.CreateAsync();
        await using (var server = await store.StartAsync())
        {
            await server.As("alice").PushAsync("k", "\"of alice\"");
        }

        var stored = store.Read("alice", "k");
        store.Write("alice", "k", Flip([.. stored], ^1));
        store.Write("alice", "k", stored);

        await using var again = await store.StartAsync();

        Assert.Equal("\"of alice\"", await again.As("alice").ValueAsync("k"));
    }

    [Fact]
    public async Task ListOutcomes_TextOfAnotherOutcome_IsDataLoss()
    {
        await using var store = await EncryptedStore.CreateAsync();
        await using var server = await store.StartAsync();
        var alice = server.As("alice");
        foreach (var task in new[] { "first", "second" })
        {
            await alice.Mesh.LogOutcomeAsync(new() { Agent = "a", Report = new() { TaskType = task, Error = task } });
        }

        Assert.Equal(
            ["first", "second"], (await alice.Mesh.ListOutcomesAsync(new())).Outcomes.Select(outcome => outcome.Report.Error).Order());

        store.Execute("alice", "UPDATE outcomes SET error = (SELECT error FROM outcomes WHERE task_type = 'first')");

        server.MayLogErrors = true;
        await Refusal.OfAsync(ErrorReason.StoreCorrupt, alice.Mesh.ListOutcomesAsync(new()));
    }

    private static void SetKeys(EncryptedStore store, string user, object keys) =>
        store.Execute(user, store.IsPostgres ? "UPDATE identity SET data_keys = @a" : "UPDATE head SET data_keys = @a", keys);

    private static byte[] Flip(byte[] stored, Index at)
    {
        stored[at] ^= 2;
        return stored;
    }
}
