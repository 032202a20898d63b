using System.Net;
using Google.Rpc;

namespace Syntha.Server.Tests.Admission;

/// <summary>How often a user may call: each user has a bucket, and a refusal says when to call again.</summary>
public sealed class RateLimitTests
{
    [Fact]
    public async Task User_WhoCallsTooOften_IsToldWhenToComeAgainAndNobodyElseIs()
    {
        await using var server = await TestServer.StartAsync("--RateLimit:CallsPerSecond=1", "--RateLimit:Burst=3");
        var (alice, bob) = (server.As("alice"), server.As("bob"));

        var refused = await UntilRefusedAsync(alice);

        Assert.Equal("1", refused.Info.Metadata["limit"]);
        var wait = refused.Thrown.GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan();
        Assert.InRange(wait, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(2));
        await bob.PushAsync("k");
        // A caller that waits as told is served.
        await Task.Delay(wait, TestContext.Current.CancellationToken);
        await alice.Mesh.GetAsync(new() { Key = "k" });
    }

    [Fact]
    public async Task Refusal_IsAGrpcStatusAndNoHttpStatus()
    {
        await using var server = await TestServer.StartAsync("--RateLimit:CallsPerSecond=1", "--RateLimit:Burst=1");
        RawAnswer answer;
        do
        {
            answer = await RawCall.SendAsync(server.Grpc, "ContextMesh/GetStats", [], ("user-id", "alice"));
        }
        while (answer.IsSuccess);

        Assert.Equal((HttpStatusCode.OK, StatusCode.ResourceExhausted, "RATE_LIMITED"), (answer.HttpStatus, answer.Status, answer.Reason));
    }

    [Fact]
    public async Task Streams_CountWhenTheyAreOpened()
    {
        await using var server = await TestServer.StartAsync("--RateLimit:CallsPerSecond=1", "--RateLimit:Burst=1");
        var alice = server.As("alice");
        while (true)
        {
            using var stream = alice.Mesh.Subscribe(new());
            try
            {
                await stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken);
            }
            catch (RpcException refused)
            {
                Refusal.Of(ErrorReason.RateLimited, refused);
                return;
            }
        }
    }

    // On a slow machine the bucket gets tokens back between two calls, so emptying it takes more calls.
    private static async Task<Refusal> UntilRefusedAsync(TestUser user)
    {
        while (true)
        {
            try
            {
                await user.Mesh.GetAsync(new() { Key = "k" });
            }
            catch (RpcException refused)
            {
                return Refusal.Of(ErrorReason.RateLimited, refused);
            }
        }
    }
}
