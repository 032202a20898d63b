using Google.Protobuf;
using Grpc.Health.V1;
using Syntha.Tests.Support;

namespace Syntha.Server.Tests.Gate;

/// <summary>What a caller that was admitted may send, and for how long (attack 36).</summary>
[Trait("Runs", "Once")]
public sealed class RequestBoundsTests
{
    private const string Push = "/syntha.v1.ContextMesh/Push";

    [Fact]
    public async Task Message_ThatNeverEnds_IsEndedAndOthersGoOn()
    {
        await using var server = await TestServer.StartAsync("--Connections:BodyTimeout=00:00:01");
        await using var connection = await RawConnection.OpenAsync(server.Grpc, TestContext.Current.CancellationToken);
        await using var another = await RawConnection.OpenAsync(server.Grpc, TestContext.Current.CancellationToken);
        var message = RawConnection.Framed(TestUser.Push("k").ToByteArray());
        // One lacks its last byte, one the end of its stream.
        var cut = await another.BeginAsync(Push, ("user-id", "alice"));
        await another.SendAsync(cut, message.AsMemory(0, message.Length - 1), isEnd: false);
        var open = await connection.BeginAsync(Push, ("user-id", "alice"));
        await connection.SendAsync(open, message, isEnd: false);

        Assert.Contains("did not arrive in time", await another.AnswerAsync(cut), StringComparison.Ordinal);
        Assert.Contains("did not arrive in time", await connection.AnswerAsync(open), StringComparison.Ordinal);

        var whole = await connection.BeginAsync(Push, ("user-id", "alice"));
        await connection.SendAsync(whole, message, isEnd: true);
        await connection.AnswerAsync(whole);
        Assert.Equal(["k"], await server.As("alice").KeysAsync());
        Assert.Equal(1, (await server.As("alice").PositionAsync()).Revision);
    }

    [Fact]
    public async Task Message_OfTooManyParts_IsRefusedUnparsed()
    {
        await using var server = await TestServer.StartAsync();
        var parts = ManyParts.EmptyItems(250_001);

        var answer = await RawCall.SendAsync(server.Grpc, "ContextMesh/PushMany", parts, ("user-id", "alice"));

        Assert.Equal((StatusCode.InvalidArgument, "REQUEST_TOO_LARGE"), (answer.Status, answer.Reason));
        Assert.Contains("250000", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LargeRequests_BeyondAUsersShare_AreRefused_AndOthersAreNot()
    {
        await using var server = await TestServer.StartAsync($"--Connections:MaxRequestBytes={16 << 20}");
        await using var connection = await RawConnection.OpenAsync(server.Grpc, TestContext.Current.CancellationToken);
        var value = $"\"{new string('x', 1_000_000)}\"";
        var items = Enumerable.Range(0, 3).Select(n => new ItemWrite { Key = $"k{n}", ValueJson = value });
        var large = new PushManyRequest { Items = { items } };
        var held = await connection.BeginAsync("/syntha.v1.ContextMesh/PushMany", ("user-id", "alice"));
        await connection.SendAsync(held, RawConnection.Framed(large.ToByteArray()).AsMemory(0, 100_000), isEnd: false);

        Exception? refused;
        do
        {
            // Until the server has seen the bytes above.
            refused = await Record.ExceptionAsync(() => server.As("alice").Mesh.PushManyAsync(large).ResponseAsync);
        }
        while (refused is null);
        Refusal.Of(ErrorReason.StoreBusy, Assert.IsType<RpcException>(refused));
        await server.As("bob").Mesh.PushManyAsync(large);
        // Small calls are not counted.
        await server.As("alice").PushAsync("small");

        await connection.ResetAsync(held);
        while (await Record.ExceptionAsync(() => server.As("alice").Mesh.PushManyAsync(large).ResponseAsync) is { } busy)
        {
            // The server has not yet seen the reset.
            Refusal.Of(ErrorReason.StoreBusy, Assert.IsType<RpcException>(busy));
        }
    }

    [Fact]
    public async Task Connection_OfRapidResets_IsEnded()
    {
        await using var server = await TestServer.StartAsync();
        await using var connection = await RawConnection.OpenAsync(server.Grpc, TestContext.Current.CancellationToken);
        await using var another = await RawConnection.OpenAsync(server.Grpc, TestContext.Current.CancellationToken);
        // A client that cancels as many calls as may be under way, at once, does nothing unusual.
        for (var n = 0; n < 500; n++)
        {
            Assert.True(await another.TryBeginAndResetAsync(Push, ("user-id", "alice")));
        }

        var isOpen = true;
        for (var n = 0; n < 50_000 && isOpen; n++)
        {
            isOpen = await connection.TryBeginAndResetAsync(Push, ("user-id", "alice"));
        }

        Assert.False(isOpen, "The server lets 50,000 resets pass.");
        await connection.Closed;
        Assert.False(another.Closed.IsCompleted);
    }

    [Fact]
    public async Task HealthWatches_BeyondTheMost_AreRefused_AndTheirPlacesAreGivenBack()
    {
        await using var server = await TestServer.StartAsync(OperatorKey.Setting, "--Connections:MaxWatches=2");
        var health = new Health.HealthClient(server.Channel);
        using var first = health.Watch(new());
        using var second = health.Watch(new());
        Assert.True(await first.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.True(await second.ResponseStream.MoveNext(TestContext.Current.CancellationToken));

        using var third = health.Watch(new());

        Refusal.Of(ErrorReason.RateLimited, await Assert.ThrowsAsync<RpcException>(
            () => third.ResponseStream.MoveNext(TestContext.Current.CancellationToken)));
        first.Dispose();
        while (true)
        {
            using var again = health.Watch(new());
            try
            {
                Assert.True(await again.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
                break;
            }
            catch (RpcException full) when (full.StatusCode == StatusCode.ResourceExhausted)
            {
                // The server has not yet seen that the first one has ended.
            }
        }
    }

    [Fact]
    public async Task HealthCheck_WithALargeMessage_IsRefused()
    {
        await using var server = await TestServer.StartAsync(OperatorKey.Setting);

        var large = await Assert.ThrowsAsync<RpcException>(
            () => new Health.HealthClient(server.Channel).CheckAsync(new() { Service = new string('x', 2_000) }).ResponseAsync);

        Refusal.Of(ErrorReason.RequestTooLarge, large);
    }

    [Fact]
    public async Task Connection_ThatReachesItsGreatestAge_IsAskedToClose_AndThenClosed()
    {
        await using var server = await TestServer.StartAsync("--Connections:MaxAge=00:00:01", "--Connections:AgeGrace=00:00:01");
        await using var connection = await RawConnection.OpenAsync(server.Grpc, TestContext.Current.CancellationToken);
        var stream = await connection.BeginAsync("/syntha.v1.ContextMesh/Subscribe", ("user-id", "alice"));
        var request = new SubscribeRequest { Start = new() { Now = new() } };
        await connection.SendAsync(stream, RawConnection.Framed(request.ToByteArray()), isEnd: true);

        await connection.GoingAway;
        await connection.Closed;

        await server.As("alice").PushAsync("k");
    }
}
