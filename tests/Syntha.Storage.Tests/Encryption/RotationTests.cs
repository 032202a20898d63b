using Syntha.Storage.Encryption;
using Syntha.Storage.Engines;
using Syntha.Storage.Postgres;

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

    /// <summary>
    /// Two rotations go side by side, and a third begins between their ends. The third has not encrypted the rows again that the second has
    /// passed, so the second must not drop the key of these rows.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rotate_OverlappingOthers_DropsNoKeyThatRowsNeed(bool isPostgres)
    {
        PostgresNodes? nodes = isPostgres ? await PostgresNodes.CreateAsync() : null;
        await using var database = nodes;
        await using var postgres = nodes is null ? null : new PostgresStores(
            nodes.Options, TimeProvider.System, NullLoggerFactory.Instance, sqlite.Master);
        IStorageEngine engine = postgres is null ? sqlite.Stores : postgres;
        var user = UserIds.New();
        var store = await engine.OpenAsync(user);
        await store.CommitAsync(Draft.Command(1, Draft.Push("k", "\"kept\"")));
        var (first, second, third) = (Held(), Held(), Held());

        var one = first.RotateAsync(engine, sqlite.Master!, user, holdsAt: 2);
        await first.Reached.Task;
        var two = second.RotateAsync(engine, sqlite.Master!, user, holdsAt: 2);
        await second.Reached.Task;
        first.Release.SetResult();
        await one;
        // Held before it encrypts the first row again.
        var three = third.RotateAsync(engine, sqlite.Master!, user, holdsAt: 1);
        await third.Reached.Task;
        second.Release.SetResult();
        await two;

        Assert.Equal("\"kept\"", Assert.Single((await (await engine.FindAsync(user))!.LoadAsync()).Items).ValueJson);
        third.Release.SetResult();
        await three;
        Assert.Equal("\"kept\"", Assert.Single((await (await engine.FindAsync(user))!.LoadAsync()).Items).ValueJson);

        static HeldEncryption Held() => new();
    }

    [Fact]
    public async Task Rotate_WhileAnImportReplacesTheStore_DropsNoKeyOfTheNewOne()
    {
        var user = await sqlite.GivenStoreAsync("\"old\"", isOpen: true);
        var (old, anew) = (new HeldEncryption(), new HeldEncryption());
        var first = old.RotateAsync(sqlite.Stores, sqlite.Master!, user, holdsAt: 2);
        await old.Reached.Task;
        await using (var staged = await sqlite.Stores.StageAsync(user, StoreRight.Unbound, Token))
        {
            await staged.PlaceAsync(0, mayReplace: true, Token);
        }

        await (await sqlite.Stores.OpenAsync(user)).CommitAsync(Draft.Command(1, Draft.Push("k", "\"new\"")));
        // In the new store, the keys have the same numbers.
        var second = anew.RotateAsync(sqlite.Stores, sqlite.Master!, user, holdsAt: 1);
        await anew.Reached.Task;
        old.Release.SetResult();
        await first;

        await sqlite.StopAsync();
        Assert.Equal("\"new\"", Assert.Single((await sqlite.LoadAsync(user)).Items).ValueJson);
        anew.Release.SetResult();
        await Assert.ThrowsAnyAsync<Exception>(() => second);
    }

    private async Task RotateAsync(UserId user, int steps)
    {
        var stores = sqlite.Stores;
        var guard = new EncryptionGuard(stores.Records, sqlite.Master);
        await new StoreEncryption(stores.Records, guard, new EndingEncryption(stores.Encryption, steps), NullLogger.Instance)
            .RotateAsync(user, includesData: true, new Progress<StoreCount>(), Token);
    }

    /// <summary>Waits once: before it encrypts rows (1), or before it drops the older keys (2).</summary>
    private sealed class HeldEncryption : IUserEncryption
    {
        private IUserEncryption? inner;
        private int hold;
        private int changes;

        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<StoreCount> RotateAsync(IStorageEngine engine, MasterKey master, UserId user, int holdsAt)
        {
            (inner, hold) = (engine.Encryption, holdsAt);
            return new StoreEncryption(engine.Records, new EncryptionGuard(engine.Records, master), this, NullLogger.Instance)
                .RotateAsync(user, includesData: true, new Progress<StoreCount>(), Token);
        }

        public Task EncryptAsync(UserId user, CancellationToken cancellationToken) => inner!.EncryptAsync(user, cancellationToken);

        public async Task<DataKeys> ChangeKeysAsync(UserId user, Func<DataKeys, DataKeys> change, CancellationToken cancellationToken)
        {
            await HoldAsync(hold == 2 && changes++ == 1);
            return await inner!.ChangeKeysAsync(user, change, cancellationToken);
        }

        public async Task<long?> RenewRowsAsync(UserId user, EncryptedPart part, long after, CancellationToken cancellationToken)
        {
            await HoldAsync(hold == 1);
            return await inner!.RenewRowsAsync(user, part, after, cancellationToken);
        }

        private async Task HoldAsync(bool isHere)
        {
            if (isHere && Reached.TrySetResult())
            {
                await Release.Task;
            }
        }
    }

    /// <summary>Ends after so many steps.</summary>
    private sealed class EndingEncryption(IUserEncryption inner, int steps) : IUserEncryption
    {
        private int left = steps;

        public Task EncryptAsync(UserId user, CancellationToken cancellationToken) => inner.EncryptAsync(user, cancellationToken);

        public Task<DataKeys> ChangeKeysAsync(UserId user, Func<DataKeys, DataKeys> change, CancellationToken cancellationToken)
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
