using System.Globalization;
using Syntha.Tests.Support;

namespace Syntha.Storage.Tests.Sqlite.OneUser;

/// <summary>A full disk, a locked file, no right to write: the answer is clear, reads go on, and writes recover.</summary>
public sealed class FullStoreTests : IAsyncDisposable
{
    private static readonly string Large = "\"" + new string('x', 60_000) + "\"";

    private readonly SqliteFixture sqlite = new(new() { MaxStoreBytes = 1 << 20 });

    public ValueTask DisposeAsync() => sqlite.DisposeAsync();

    [Fact]
    public async Task Commit_BeyondTheStoresLimit_IsStoreFullUntilTheLimitIsRaised()
    {
        var user = UserIds.New();
        var store = await sqlite.Stores.OpenAsync(user);
        var kept = await PushUntilFullAsync(store, 0);

        Assert.InRange(kept, 10, 18);
        await AssertHoldsAsync(store, kept);
        // A write that fits into the existing pages is still accepted.
        await store.CommitAsync(Draft.Command(kept + 1, Draft.Push("small")));
        await store.CommitAsync(Draft.Command(kept + 2, Draft.Push("large", Large))).FailsAsync(ErrorReason.StoreFull);

        await sqlite.StopAsync();
        sqlite.Options = sqlite.Options with { MaxStoreBytes = null };
        await (await sqlite.Stores.FindAsync(user))!.CommitAsync(Draft.Command(kept + 2, Draft.Push("large", Large)));
        Assert.Equal(kept + 2, (await sqlite.LoadAsync(user)).Position.Revision);
    }

    [Fact]
    public async Task Commit_OnAFullDisk_IsStoreFullUntilThereIsRoom()
    {
        var mounted = sqlite.Folder + "-disk";
        using var disk = SmallDisk.TryMount(mounted, 3);
        Assert.SkipWhen(disk is null, SmallDisk.NotPermitted);
        sqlite.Options = sqlite.Options with { DataPath = Path.Combine(mounted, "data"), MaxStoreBytes = null };
        var user = UserIds.New();
        var store = await sqlite.Stores.OpenAsync(user);
        var kept = await PushUntilFullAsync(store, 0);
        await AssertHoldsAsync(store, kept);
        await sqlite.Stores.OpenAsync(UserIds.New()).FailsAsync(ErrorReason.StoreFull);
        await AssertHoldsAsync(store, kept);

        disk.Remount("size=8m");

        await store.CommitAsync(Draft.Command(kept + 1, Draft.Push($"{kept + 1}", Large)));
        await AssertHoldsAsync(store, kept + 1);
        await (await sqlite.Stores.OpenAsync(UserIds.New())).CommitAsync(Draft.Command(1, Draft.Push("k")));
        await sqlite.StopAsync();
        await AssertHoldsAsync((await sqlite.Stores.FindAsync(user))!, kept + 1);
        await sqlite.StopAsync();
    }

    [Fact]
    public async Task Commit_OnAReadOnlyDisk_IsStoreReadOnly()
    {
        var user = UserIds.New();
        var other = await sqlite.GivenStoreAsync();
        using var disk = SmallDisk.TryMount(sqlite.FolderOf(user), 3);
        Assert.SkipWhen(disk is null, SmallDisk.NotPermitted);
        await (await sqlite.Stores.OpenAsync(user)).CommitAsync(Draft.Command(1, Draft.Push("key")));
        await sqlite.StopAsync();
        disk.Remount("ro");
        var store = (await sqlite.Stores.FindAsync(user))!;

        await store.CommitAsync(Draft.Command(2, Draft.Push("k"))).FailsAsync(ErrorReason.StoreReadOnly);

        await (await sqlite.Stores.FindAsync(other))!.CommitAsync(Draft.Command(2, Draft.Push("k")));
        disk.Remount("rw");
        await store.CommitAsync(Draft.Command(2, Draft.Push("k")));
        await sqlite.StopAsync();
    }

    [Fact]
    public async Task Commit_WhileAnotherProgramHoldsTheFile_IsStoreBusy()
    {
        var user = await sqlite.GivenStoreAsync(isOpen: true);
        var store = (await sqlite.Stores.FindAsync(user))!;
        using (var connection = sqlite.Connect(user))
        {
            using var command = connection.CreateCommand();
            command.CommandText = "BEGIN IMMEDIATE;";
            command.ExecuteNonQuery();

            var refusal = await store.CommitAsync(Draft.Command(2, Draft.Push("k"))).FailsAsync(ErrorReason.StoreBusy);

            Assert.Equal(TimeSpan.FromSeconds(1), refusal.RetryAfter);
            Assert.Single((await store.LoadAsync()).Items);
        }
        await store.CommitAsync(Draft.Command(2, Draft.Push("k")));
    }

    private static async Task<int> PushUntilFullAsync(IUserStore store, int kept)
    {
        while (true)
        {
            try
            {
                await store.CommitAsync(Draft.Command(kept + 1, Draft.Push(Name(kept + 1), Large), Draft.Push($"{kept + 1}/2", "2")));
                kept++;
            }
            catch (MeshException refusal)
            {
                Assert.Equal(ErrorReason.StoreFull, refusal.Reason);
                Assert.NotNull(refusal.RetryAfter);
                return kept;
            }
        }
    }

    private static string Name(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static async Task AssertHoldsAsync(IUserStore store, int revision)
    {
        Assert.Equal(revision, (await store.LoadAsync()).Position.Revision);
        Assert.Equal(revision, (await store.LoadAsync()).Items.Count(item => item.ValueJson == Large));
        Assert.Equal(revision, (await store.ReadAllAsync())[^1].Place.Revision);
    }
}
