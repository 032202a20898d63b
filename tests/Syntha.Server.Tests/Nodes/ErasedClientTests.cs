using Syntha.Client;

namespace Syntha.Server.Tests.Nodes;

/// <summary>The .NET client resumes by itself. It does not bring a user back that was erased.</summary>
[Trait("Runs", "Once")]
public sealed class ErasedClientTests
{
    [Fact]
    public async Task Subscription_OfAUserErasedOnAnotherNode_EndsWithTheReasonAndMakesNothing()
    {
        await using var nodes = await NodeGroup.StartAsync(2, OperatorKey.Setting);
        for (var round = 0; round < 8; round++)
        {
            var name = $"alice-{round}";
            var secret = (await nodes[0].NewKeyAsync(name)).Secret;
            await nodes.KnowKeysAsync();
            await nodes[0].As(name, secret).PushAsync("k");
            await using var client = new SynthaClient(new SynthaClientOptions { Address = nodes[1].Grpc.ToString(), ApiKey = secret });
            await using var events = client.ForUser(name).SubscribeAsync(
                new()
                {
                    Start = SubscriptionStart.Snapshot,
                    RetryDelay = TimeSpan.FromMilliseconds(1),
                    MaxRetryDelay = TimeSpan.FromMilliseconds(2),
                },
                cancellationToken: TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
            Assert.True(await events.MoveNextAsync());

            await nodes[0].Operator(OperatorKey.Secret).DeleteUserAsync(new() { UserId = name });

            var end = await Assert.ThrowsAnyAsync<SynthaException>(async () =>
            {
                while (await events.MoveNextAsync())
                {
                }
            });
            Assert.Equal(Client.ErrorReason.CredentialsInvalid, end.Reason);
            Assert.Empty(nodes[0].StoreNames());
        }
    }
}
