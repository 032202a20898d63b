using Syntha.Storage.Encryption;

namespace Syntha.Storage.Tests.Encryption;

/// <summary>A rotation that ends in the middle leaves a store that works. The next rotation completes it.</summary>
public sealed class RotationTests : IAsyncDisposable
{
    private readonly SqliteFixture sqlite = new() { Master = TestMasterKey.Create() };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => sqlite.DisposeAsync();

    [Fact]
    public async Task Rotate_EndedAtAnyStep_IsCompletedByTheNextOne()
    {
        var user = await sqlite.GivenStoreAsync("\"kept\"", isOpen: true);
        var store = (await sqlite.Stores.FindAsync(user))!;
        for (var revision = 2; revision <= 200; revision++)
        {
            await store.CommitAsync(Draft.Command(revision, Draft.Push($"{revision}")));
        }

        await store.Outcomes.LogAsync(AgentName.Parse("a"), new("t") { IsSuccess = true, Error = "kept" }, null, Token);

        // The new key, four transactions for the log and two for the outcomes, and the removal of the old key.
        for (var steps = 0; steps < 8; steps++)
        {
            await Assert.ThrowsAsync<OperationCanceledException>(() => RotateAsync(user, steps));

            await store.CommitAsync(Draft.Command(201 + steps, Draft.Push($"between {steps}")));
            await sqlite.StopAsync();
            store = (await sqlite.Stores.FindAsync(user))!;
            Assert.Equal(201 + steps, (await store.LoadAsync()).Items.Count);
            Assert.Equal("kept", Assert.Single(await store.Outcomes.ListAsync(new(), null, 9, Token)).Report.Error);
        }
        await RotateAsync(user, int.MaxValue);

        await sqlite.StopAsync();
        Assert.Equal(0, sqlite.Execute(user, "SELECT count(*) FROM head WHERE data_keys LIKE '%,%' OR data_keys NOT LIKE '2:%'"));
        Assert.Equal(0, sqlite.Execute(user, "SELECT count(*) FROM changes WHERE substr(value, 2, 4) <> x'00000002'"));
        Assert.Equal(208, (await sqlite.LoadAsync(user)).Items.Count);
    }

    private async Task RotateAsync(UserId user, int steps)
    {
        var stores = sqlite.Stores;
        var guard = new EncryptionGuard(stores.Records, sqlite.Master);
        await new StoreEncryption(stores.Records, guard, new EndingEncryption(stores.Encryption, steps), NullLogger.Instance)
            .RotateAsync(user, includesData: true, new Progress<StoreCount>(), Token);
    }

    /// <summary>Ends after so many steps.</summary>
    private sealed class EndingEncryption(IUserEncryption inner, int steps) : IUserEncryption
    {
        private int left = steps;

        public Task EncryptAsync(UserId user, CancellationToken cancellationToken) => inner.EncryptAsync(user, cancellationToken);

        public Task<bool> ChangeKeysAsync(UserId user, Func<DataKeys, DataKeys> change, CancellationToken cancellationToken)
        {
            Spend();
            return inner.ChangeKeysAsync(user, change, cancellationToken);
        }

        public Task<long?> RenewRowsAsync(UserId user, EncryptedPart part, long after, CancellationToken cancellationToken)
        {
            Spend();
            return inner.RenewRowsAsync(user, part, after, cancellationToken);
        }

        private void Spend()
        {
            if (left-- == 0)
            {
                throw new OperationCanceledException();
            }
        }
    }
}
