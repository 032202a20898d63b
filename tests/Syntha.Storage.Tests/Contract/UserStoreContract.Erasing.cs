using Syntha.Storage.Engines;
using Syntha.Storage.Records;

namespace Syntha.Storage.Tests.Contract;

public abstract partial class UserStoreContract
{
    private IServerRecords Records => ((IStorageEngine)Stores).Records;

    [Fact]
    public async Task Open_WithARightThatHasEnded_MakesNoStore()
    {
        var (user, other, now) = (UserIds.New(), UserIds.New(), TimeProvider.System.GetUtcNow());
        var (good, revoked, expired) =
            (await AddKeyAsync(user), await AddKeyAsync(user), await AddKeyAsync(user, expiresAt: DateTimeOffset.UnixEpoch));
        await Records.RevokeKeyAsync(revoked, now, Token);

        foreach (var ended in (string[])["unknown", expired, revoked])
        {
            await Stores.OpenAsync(user, StoreRight.OfKey(ended), Token).FailsAsync(ErrorReason.CredentialsInvalid);
            await PlaceFailsAsync(user, StoreRight.OfKey(ended));
        }

        await Stores.OpenAsync(user, StoreRight.OfToken(now, DateTimeOffset.UnixEpoch), Token).FailsAsync(ErrorReason.CredentialsInvalid);
        Assert.Null(await Stores.FindAsync(user));
        await Stores.OpenAsync(user, StoreRight.OfKey(good), Token);
        // An ended right opens what is there. It is refused elsewhere.
        await Stores.OpenAsync(user, StoreRight.OfKey(revoked), Token);
        await Stores.OpenAsync(other, StoreRight.OfToken(now, DateTimeOffset.MaxValue), Token);
    }

    [Fact]
    public async Task Open_WithARightFromBeforeTheErase_MakesNoStore()
    {
        var (user, other, now) = (UserIds.New(), UserIds.New(), TimeProvider.System.GetUtcNow());
        var key = await AddKeyAsync(user);
        await AddKeyAsync(other);
        await Stores.OpenAsync(user);
        var before = StoreRight.OfToken(now, DateTimeOffset.MaxValue);

        Assert.Equal(1, await Records.RevokeAllAsync(user, now, Token));
        await Stores.DeleteAsync(user, Token);
        // The second erase comes from a node whose clock is behind.
        await Records.RevokeAllAsync(user, now - TimeSpan.FromHours(1), Token);

        await Stores.OpenAsync(user, StoreRight.OfKey(key), Token).FailsAsync(ErrorReason.CredentialsInvalid);
        await Stores.OpenAsync(user, before, Token).FailsAsync(ErrorReason.CredentialsInvalid);
        await PlaceFailsAsync(user, before);
        Assert.Null(await Stores.FindAsync(user));
        await Stores.OpenAsync(other, before, Token);
        await Stores.OpenAsync(user, StoreRight.OfToken(now + TimeSpan.FromTicks(10), DateTimeOffset.MaxValue), Token);
        var kept = await Records.ReadAsync(0, Token);
        var hash = ErasureRecord.HashOf(kept.ErasureSecret, user);
        var erasure = Assert.Single(kept.Erasures, erasure => erasure.UserHash.Span.SequenceEqual(hash));
        Assert.Equal(now, erasure.ErasedAt, TimeSpan.FromTicks(10));
    }

    private async Task PlaceFailsAsync(UserId user, StoreRight right)
    {
        await using var staged = await Stores.StageAsync(user, right, Token);
        await staged.PlaceAsync(0, mayReplace: true, Token).FailsAsync(ErrorReason.CredentialsInvalid);
    }

    private async Task<string> AddKeyAsync(UserId user, DateTimeOffset? expiresAt = null)
    {
        var id = Guid.NewGuid().ToString("N");
        await Records.AddKeyAsync(new(id, new byte[32], user, null, null, "", DateTimeOffset.UnixEpoch, expiresAt, null), Token);
        return id;
    }

    /// <summary>Checks that nothing is left of a user: no file, no schema, no role, no row.</summary>
    protected abstract Task AssertNothingIsLeftAsync(UserId user);

    [Fact]
    public async Task Delete_Store_LeavesNothingOfItAndTheOthersAsTheyWere()
    {
        var (user, other) = (UserIds.New(), UserIds.New());
        var store = await Stores.OpenAsync(user);
        await store.CommitAsync(Draft.Command(1, Draft.Push("key", "\"gone\""), Draft.Agent(Draft.Subscribed("a", "t"))));
        await (await Stores.OpenAsync(other)).CommitAsync(Draft.Command(1, Draft.Push("key", "\"stays\"")));
        _ = await store.ReadAllAsync();

        Assert.True(await Stores.DeleteAsync(user, Token));

        await AssertNothingIsLeftAsync(user);
        Assert.Null(await Stores.FindAsync(user));
        Assert.Equal("\"stays\"", Assert.Single((await (await Stores.FindAsync(other))!.LoadAsync()).Items).ValueJson);
        await RestartAsync();
        Assert.Null(await Stores.FindAsync(user));
        Assert.Single((await (await Stores.FindAsync(other))!.LoadAsync()).Items);
    }

    [Fact]
    public async Task Delete_UserWithoutStore_IsFalseAndCreatesNothing()
    {
        var user = UserIds.New();

        Assert.False(await Stores.DeleteAsync(user, Token));

        await AssertNothingIsLeftAsync(user);
    }

    [Fact]
    public async Task Delete_AndOpenAgain_IsAnotherEmptyStoreAlsoForWhoeverHeldTheOldOne()
    {
        var user = UserIds.New();
        var old = await Stores.OpenAsync(user);
        var request = Draft.Request(Guid.NewGuid());
        await old.CommitAsync(Draft.Command(1, request, Draft.Push("key", "\"gone\""), Draft.Agent(Draft.Subscribed("a", "t"))));
        var epoch = (await old.LoadAsync()).Position.Epoch;
        Assert.True(await Stores.DeleteAsync(user, Token));

        var store = await Stores.OpenAsync(user);

        foreach (var each in new[] { store, old })
        {
            var mesh = await each.LoadAsync();
            Assert.NotEqual(epoch, mesh.Position.Epoch);
            Assert.Equal((0, 1), (mesh.Position.Revision, mesh.OldestRevision));
            Assert.Empty(mesh.Items);
            Assert.Empty(mesh.Agents);
            Assert.Empty(await each.ReadAllAsync());
            Assert.Empty(await each.FindRequestsAsync(request.Id));
        }
        await store.CommitAsync(Draft.Command(1, Draft.Push("new")));
        Assert.True(await Stores.DeleteAsync(user, Token));
        await AssertNothingIsLeftAsync(user);
    }

    [Fact]
    public async Task Store_OfAnErasedUser_SaysSoAndCreatesNothing()
    {
        var user = UserIds.New();
        var store = await Stores.OpenAsync(user);
        await store.CommitAsync(Draft.Command(1, Draft.Push("key")));
        await Stores.DeleteAsync(user, Token);

        await store.LoadAsync().FailsAsync(ErrorReason.EpochChanged);
        await store.ReadAllAsync().FailsAsync(ErrorReason.EpochChanged);
        await store.CommitAsync(Draft.Command(2, Draft.Push("key"))).FailsAsync(ErrorReason.EpochChanged);
        Assert.Equal(StoreHead.Empty, await store.ReadHeadAsync(Token));

        await AssertNothingIsLeftAsync(user);
    }

    [Fact]
    public async Task Delete_WhileATurnIsUnderWay_WaitsForItsCommit()
    {
        var user = UserIds.New();
        var store = await Stores.OpenAsync(user);
        var entered = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        var writing = store.WriteAsync(
            async turn =>
            {
                entered.SetResult();
                await go.Task;
                await turn.CommitAsync([Draft.Command(1, Draft.Push("key"))]);
            },
            Token);
        await entered.Task;

        var deleting = Stores.DeleteAsync(user, Token);
        Assert.False(deleting.IsCompleted);
        go.SetResult();

        await writing;
        Assert.True(await deleting);
        await AssertNothingIsLeftAsync(user);
    }

    [Fact]
    public async Task Delete_AmongCreationsReadsAndWrites_LeavesNothingHalf()
    {
        var user = UserIds.New();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(
            async () =>
            {
                for (var round = 0; round < 12; round++)
                {
                    try
                    {
                        var store = await Stores.OpenAsync(user);
                        if (worker == 0)
                        {
                            await Stores.DeleteAsync(user, Token);
                        }
                        else if (worker % 2 == 0)
                        {
                            _ = await store.LoadAsync();
                        }
                        else
                        {
                            await store.WriteAsync(turn => turn.CommitAsync(
                                [Draft.Command(turn.Head.Position.Revision + 1, Draft.Push($"{worker}/{round}"))]), Token);
                        }
                    }
                    catch (MeshException gone) when (gone.Reason == ErrorReason.EpochChanged)
                    {
                    }
                }
            },
            Token)));

        // A whole log, or no store at all.
        if (await Stores.FindAsync(user) is { } last)
        {
            var mesh = await last.LoadAsync();
            Assert.Equal(
                Enumerable.Range(1, (int)mesh.Position.Revision), (await last.ReadAllAsync()).Select(change => (int)change.Place.Revision));
        }
        await Stores.DeleteAsync(user, Token);
        await AssertNothingIsLeftAsync(user);
    }
}
