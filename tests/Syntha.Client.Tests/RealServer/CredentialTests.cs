using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

using Grpc.Core;
using Grpc.Net.Client;

using Syntha.Client.Testing;

namespace Syntha.Client.Tests.RealServer;

/// <summary>A server that needs credentials, and clients with a key, with tokens, and with none.</summary>
public sealed class CredentialTests : IAsyncLifetime
{
    private readonly string operatorKey = $"syntha_operator_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}";
    private SynthaTestServer? server;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private SynthaTestServer Server => server!;

    public async ValueTask InitializeAsync() => server = await SynthaTestServer.StartAsync(
        new Dictionary<string, string>
        {
            ["Authentication:OperatorKeySha256"] = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(operatorKey))),
        },
        Token);

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    [Fact]
    public async Task ApiKey_OpensItsOwnUserOnly()
    {
        var key = await NewKeyAsync("alice");
        var client = Server.CreateClient(options => options.ApiKey = key.Secret);

        await client.ForUser("alice").PushAsync("k", 1, cancellationToken: Token);

        Assert.Equal(1, await client.ForUser("alice").GetAsync<int>("k", cancellationToken: Token));
        Assert.Equal(ErrorReason.UserMismatch, (await RefusalOfAsync(client.ForUser("bob"))).Reason);
        Assert.Equal(ErrorReason.CredentialsInvalid, (await RefusalOfAsync(Server.Client.ForUser("alice"))).Reason);
    }

    [Fact]
    public async Task ApiKey_Revoked_EndsSubscriptionsWithTheReason()
    {
        var key = await NewKeyAsync("alice");
        var client = Server.CreateClient(options => options.ApiKey = key.Secret);
        await using var events = client.ForUser("alice").SubscribeAsync(cancellationToken: Token).GetAsyncEnumerator(Token);
        Assert.True(await events.MoveNextAsync());

        await CallAsync(admin => admin.RevokeApiKeyAsync(new() { Id = key.Key.Id }));

        var thrown = await Assert.ThrowsAnyAsync<SynthaException>(async () =>
        {
            while (await events.MoveNextAsync())
            {
            }
        });
        Assert.Equal((StatusCode.Unauthenticated, ErrorReason.CredentialsInvalid), (thrown.StatusCode, thrown.Reason));
    }

    [Fact]
    public async Task TokenProvider_IsAskedForEachCall()
    {
        var asked = 0;
        var key = await NewKeyAsync("alice");
        var client = Server.CreateClient(options => options.TokenProvider = async token =>
        {
            await Task.Yield();
            token.ThrowIfCancellationRequested();
            return Interlocked.Increment(ref asked) == 2 ? "expired" : key.Secret;
        });
        var alice = client.ForUser("alice");

        await alice.PushAsync("k", 1, cancellationToken: Token);
        Assert.Equal(ErrorReason.CredentialsInvalid, (await RefusalOfAsync(alice)).Reason);
        Assert.NotNull(await alice.GetAsync("k", cancellationToken: Token));

        Assert.Equal(3, asked);
    }

    [Fact]
    public async Task TokenProvider_WithANewerToken_LetsASubscriptionGoOn()
    {
        var (first, second) = (await NewKeyAsync("alice"), await NewKeyAsync("alice"));
        var secret = first.Secret;
        var client = Server.CreateClient(options =>
        {
            options.TokenProvider = _ => ValueTask.FromResult(secret);
            options.RetryDelay = TimeSpan.FromMilliseconds(1);
        });
        var alice = client.ForUser("alice");
        await using var events = alice.SubscribeAsync(cancellationToken: Token).GetAsyncEnumerator(Token);
        Assert.True(await events.MoveNextAsync());

        secret = second.Secret;
        await CallAsync(admin => admin.RevokeApiKeyAsync(new() { Id = first.Key.Id }));
        await alice.PushAsync("k", 1, cancellationToken: Token);

        while (events.Current is not ContextEvent.Committed)
        {
            Assert.True(await events.MoveNextAsync());
        }

        Assert.Equal("k", Assert.Single(((ContextEvent.Committed)events.Current).Changes).Key);
    }

    private static Task<SynthaException> RefusalOfAsync(ContextMesh mesh) =>
        Assert.ThrowsAnyAsync<SynthaException>(() => mesh.GetAsync("k", cancellationToken: Token));

    private Task<V1.CreateApiKeyResponse> NewKeyAsync(string user) =>
        CallAsync(admin => admin.CreateApiKeyAsync(new() { Scope = V1.KeyScope.User, UserId = user }));

    private async Task<T> CallAsync<T>(Func<V1.Administration.AdministrationClient, AsyncUnaryCall<T>> method)
    {
        var credentials = ChannelCredentials.Create(ChannelCredentials.Insecure, CallCredentials.FromInterceptor((_, metadata) =>
        {
            metadata.Add("authorization", $"Bearer {operatorKey}");
            return Task.CompletedTask;
        }));
        using var channel = GrpcChannel.ForAddress(
            Server.Address, new() { Credentials = credentials, UnsafeUseInsecureChannelCallCredentials = true });
        return await method(new(channel));
    }
}
