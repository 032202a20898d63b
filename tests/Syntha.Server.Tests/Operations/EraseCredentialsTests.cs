using Syntha.Server.Tests.Streams.Recording;

namespace Syntha.Server.Tests.Operations;

/// <summary>Erasing a user removes its credentials and its quota (attack 21).</summary>
public sealed class EraseCredentialsTests
{
    [Fact]
    public async Task DeleteUser_RevokesItsKeysEndsItsStreamsAndForgetsItsQuota()
    {
        await using var server = await TestServer.StartAsync(OperatorKey.Setting);
        var admin = server.Operator(OperatorKey.Secret);
        var (alice, bob) = (await server.WithKeyAsync("alice"), await server.WithKeyAsync("bob"));
        await alice.PushAsync("k");
        await bob.PushAsync("k");
        await admin.UpdateQuotaAsync(new() { UserId = "alice", Quota = new() { MaxItems = 1 } });
        await using var stream = new TestSubscriber(new(), new());
        await stream.OpenAsync(alice);

        var erased = await admin.DeleteUserAsync(new() { UserId = "alice" });

        Assert.Equal((true, 1), (erased.Deleted, erased.RevokedKeys));
        await Refusal.OfAsync(ErrorReason.CredentialsInvalid, alice.Mesh.GetAsync(new() { Key = "k" }));
        await stream.ReadToEndAsync();
        Refusal.Of(ErrorReason.CredentialsInvalid, stream.Streams[0].Failure!);
        Assert.False(server.HasStore("alice"));
        var again = await server.WithKeyAsync("alice");
        Assert.Null(await again.ValueAsync("k"));
        await again.PushAsync("k1");
        await again.PushAsync("k2");
        Assert.Equal("1", await bob.ValueAsync("k"));
    }
}
