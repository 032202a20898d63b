using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using Syntha.Mesh.Names;
using Syntha.Server.Admission;
using Syntha.Server.Tests.Nodes;
using Syntha.Server.Tests.Operations;
using Syntha.Server.Tests.Streams.Recording;
using Syntha.Storage.Records;

namespace Syntha.Server.Tests.Credentials;

/// <summary>
/// A token cannot be revoked. A token from before the erase of its user is refused all the same, on every node (attack 21).
/// </summary>
public sealed class ErasedTokenTests : IAsyncDisposable
{
    private readonly TokenIssuer issuer = new("https://corp.example");

    private string[] Settings => [OperatorKey.Setting, .. EraseHoldsTests.SettingsOf(issuer)];

    public ValueTask DisposeAsync() => issuer.DisposeAsync();

    [Fact]
    [Trait("Runs", "Once")]
    public async Task Token_IssuedBeforeTheErase_IsRefusedOnEveryNodeAndItsStreamsEnd()
    {
        await using var nodes = await NodeGroup.StartAsync(2, Settings);
        var (here, there) = (nodes[0].As("alice", issuer.Issue("alice")), nodes[1].As("alice", issuer.Issue("alice")));
        var bob = nodes[1].As("bob", issuer.Issue("bob"));
        await here.PushAsync("k");
        await bob.PushAsync("k");
        await using var stream = new TestSubscriber(new(), new());
        await stream.OpenAsync(there);

        await nodes[0].Operator(OperatorKey.Secret).DeleteUserAsync(new() { UserId = "alice" });

        await stream.ReadToEndAsync();
        await Refusal.OfAsync(ErrorReason.CredentialsInvalid, here.Mesh.PushAsync(TestUser.Push("k")));
        // This node hears of it a little later, and has no mesh of the user. Nothing is made meanwhile.
        await Refusal.OfAsync(ErrorReason.CredentialsInvalid, there.Mesh.PushAsync(TestUser.Push("k")));
        await nodes[1].Services.GetRequiredService<RecordMirror>().RefreshAsync(TestContext.Current.CancellationToken);
        await Refusal.OfAsync(ErrorReason.CredentialsInvalid, there.Mesh.GetAsync(new() { Key = "k" }));
        await Refusal.OfAsync(
            ErrorReason.CredentialsInvalid, nodes[1].As("alice", issuer.Issue("alice", change: WithoutTime)).Mesh.GetAsync(new()));
        Assert.False(nodes[1].HasStore("alice"));
        Assert.Equal("1", await bob.ValueAsync("k"));
    }

    [Fact]
    public async Task Token_AfterAnErase_CountsByItsTime()
    {
        await using var server = await TestServer.StartAsync(Settings);
        var old = server.As("alice", issuer.Issue("alice", change: descriptor => Issued(descriptor, TimeSpan.FromMinutes(-3))));
        var timeless = server.As("alice", issuer.Issue("alice", change: WithoutTime));
        var fresh = server.As("alice", issuer.Issue("alice"));
        await timeless.PushAsync("k");
        await old.PushAsync("k");

        // An erase of two minutes ago.
        await server.Services.GetRequiredService<IServerRecords>().RevokeAllAsync(
            UserIdRule.Default.Parse("alice"), TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(2), CancellationToken.None);
        await server.Services.GetRequiredService<RecordMirror>().RefreshAsync(CancellationToken.None);

        await Refusal.OfAsync(ErrorReason.CredentialsInvalid, old.Mesh.PushAsync(TestUser.Push("k")));
        await Refusal.OfAsync(ErrorReason.CredentialsInvalid, timeless.Mesh.PushAsync(TestUser.Push("k")));
        await fresh.PushAsync("k");
        // It holds over a restart.
        var (kept, issued) = (issuer.Issue("alice", change: WithoutTime), issuer.Issue("alice"));
        await server.RestartAsync();
        await Refusal.OfAsync(ErrorReason.CredentialsInvalid, server.As("alice", kept).Mesh.PushAsync(TestUser.Push("k")));
        await server.As("alice", issued).PushAsync("k");
    }

    [Fact]
    public async Task Token_IssuedInTheFuture_IsRefused()
    {
        await using var server = await TestServer.StartAsync(Settings);
        var user = server.As("alice", issuer.Issue("alice", change: descriptor => descriptor.IssuedAt += TimeSpan.FromMinutes(2)));

        await Refusal.OfAsync(ErrorReason.CredentialsInvalid, user.Mesh.PushAsync(TestUser.Push("k")));
    }

    private static void Issued(SecurityTokenDescriptor descriptor, TimeSpan by) =>
        (descriptor.IssuedAt, descriptor.NotBefore) = (descriptor.IssuedAt + by, descriptor.NotBefore + by);

    private static void WithoutTime(SecurityTokenDescriptor descriptor) => descriptor.IssuedAt = null;
}
