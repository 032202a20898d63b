using Syntha.Client.Tests.Fakes;

namespace Syntha.Client.Tests;

public sealed class UserIdTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ForUser_ManyUsersOnOneClientAtOnce_EachCallCarriesItsOwnUser()
    {
        await using var server = await ScriptedServer.StartAsync(_ => new V1.GetResponse());
        await using var client = server.Client();

        // The key repeats the user, so that the server's record shows whether metadata and request belong together.
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => $"user-{i % 20}").Select(
            user => client.ForUser(user).GetAsync(user, cancellationToken: Token)));

        Assert.Equal(200, server.Calls.Count);
        Assert.All(server.Calls, call => Assert.Equal(((V1.GetRequest)call.Request).Key, call.UserId));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("alice ")]
    [InlineData("ali ce")]
    [InlineData("alice\r\nuser-id: bob")]
    [InlineData("alice\0")]
    [InlineData("álice")]
    public async Task ForUser_TextThatMetadataCannotCarry_IsRefused(string userId)
    {
        await using var client = new SynthaClient();

        Assert.ThrowsAny<ArgumentException>(() => client.ForUser(userId));
        Assert.ThrowsAny<ArgumentException>(() => new ContextMesh(userId));
    }

    [Fact]
    public async Task ContextMesh_MadeDirectly_OwnsItsConnection()
    {
        await using var server = await ScriptedServer.StartAsync(_ => new V1.GetResponse());
        var mesh = new ContextMesh("alice", new SynthaClientOptions { Address = server.Address });
        await mesh.GetAsync("k", cancellationToken: Token);

        await mesh.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => mesh.GetAsync("k", cancellationToken: Token));
    }

    [Fact]
    public async Task ContextMesh_OfAClient_LeavesTheClientOpenWhenDisposed()
    {
        await using var server = await ScriptedServer.StartAsync(_ => new V1.GetResponse());
        await using var client = server.Client();
        var mesh = client.ForUser("alice");

        await mesh.DisposeAsync();

        Assert.Null(await mesh.GetAsync("k", cancellationToken: Token));
    }
}
