using System.Buffers.Binary;
using Google.Protobuf;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Syntha.Mesh.Names;
using Syntha.Mesh.Serving;
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
    public async Task Message_ThatIsTooLargeWhenItIsDecompressed_IsRefusedWithAReason()
    {
        await using var server = await TestServer.StartAsync();
        using var channel = GrpcChannel.ForAddress(server.Grpc, new() { MaxSendMessageSize = null });
        var compressed = new CallOptions(new() { { "user-id", "alice" }, { "grpc-internal-encoding-request", "gzip" } });
        var mesh = new ContextMesh.ContextMeshClient(channel);

        var refused = await Assert.ThrowsAsync<RpcException>(
            () => mesh.PushAsync(TestUser.Push("k", $"\"{new string('v', 4 << 20)}\""), compressed).ResponseAsync);

        Refusal.Of(ErrorReason.RequestTooLarge, refused);
        await mesh.PushAsync(TestUser.Push("k", $"\"{new string('v', 100_000)}\""), compressed);
        Assert.Equal(100_002, (await server.As("alice").ValueAsync("k"))!.Length);
    }

    [Fact]
    public async Task Connections_OfAUserBeyondTheMost_GetNoCall_AndOtherUsersDo()
    {
        await using var server = await TestServer.StartAsync("--Connections:MaxPerUser=2");
        await using var first = await RawConnection.OpenAsync(server.Grpc, TestContext.Current.CancellationToken);
        await using var second = await RawConnection.OpenAsync(server.Grpc, TestContext.Current.CancellationToken);
        await using var third = await RawConnection.OpenAsync(server.Grpc, TestContext.Current.CancellationToken);
        await PushAsync(first, "alice", "a");
        await PushAsync(second, "alice", "b");

        Assert.Contains("too many connections open", await PushAsync(third, "alice", "c"), StringComparison.Ordinal);

        await PushAsync(third, "bob", "of bob");
        Assert.Equal(["of bob"], await KeysAsync("bob"));
        Assert.Equal(["a", "b"], await KeysAsync("alice"));
        await first.DisposeAsync();
        await using var fourth = await RawConnection.OpenAsync(server.Grpc, TestContext.Current.CancellationToken);
        do
        {
            // Until the server has seen that the first one is gone.
            await PushAsync(fourth, "alice", "d");
        }
        while (!(await KeysAsync("alice")).Contains("d"));

        static async Task<string> PushAsync(RawConnection connection, string user, string key)
        {
            var call = await connection.BeginAsync(Push, ("user-id", user));
            await connection.SendAsync(call, RawConnection.Framed(TestUser.Push(key).ToByteArray()), isEnd: true);
            return await connection.AnswerAsync(call);
        }

        // Read beneath the connections: the test's own clients would count as well.
        async Task<IEnumerable<string>> KeysAsync(string user)
        {
            using var lease = await server.Services.GetRequiredService<MeshRegistry>()
                .FindAsync(UserId.Trusted(user), TestContext.Current.CancellationToken);
            return lease.View(null).List(new(), new(null, 100, item => item.Bytes)).Items.Select(item => item.Key.Value).ToList();
        }
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
    public async Task Message_LongerThanItsHeaderSays_IsRefusedAtOnce()
    {
        await using var server = await TestServer.StartAsync();
        await using var connection = await RawConnection.OpenAsync(server.Grpc, TestContext.Current.CancellationToken);
        var message = RawConnection.Framed(new byte[200_000]);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(1), 10);
        var call = await connection.BeginAsync(Push, ("user-id", "alice"));

        await connection.SendAsync(call, message, isEnd: false);

        Assert.Contains("more bytes than", await connection.AnswerAsync(call), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SmallMessages_ThatAreHeldOpen_CountTogether()
    {
        await using var server = await TestServer.StartAsync($"--Connections:MaxRequestBytes={16 << 20}");
        var (connections, answers) = (new List<RawConnection>(), new List<Task<string>>());
        var message = RawConnection.Framed(new byte[60_000]).AsMemory();
        // A user's share is 4 MiB, and these are 5. The windows of one connection have room for less than one.
        for (var n = 0; n < 90; n++)
        {
            if (n % 15 == 0)
            {
                connections.Add(await RawConnection.OpenAsync(server.Grpc, TestContext.Current.CancellationToken));
            }

            var call = await connections[^1].BeginAsync(Push, ("user-id", "alice"));
            await connections[^1].SendAsync(call, message[..^1], isEnd: false);
            answers.Add(connections[^1].AnswerAsync(call));
        }

        // Only the first answer of a connection can be read as text.
        var isTold = false;
        await foreach (var answer in Task.WhenEach(answers))
        {
            if (isTold = (await answer).Contains("Too many bytes of requests", StringComparison.Ordinal))
            {
                break;
            }
        }

        Assert.True(isTold, "All of them waited for their time.");

        await server.As("bob").PushAsync("k");
        foreach (var connection in connections)
        {
            await connection.DisposeAsync();
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
    public async Task HealthWatches_OfManyConnections_AreBoundedInAll()
    {
        const int InAll = 64;
        await using var server = await TestServer.StartAsync(OperatorKey.Setting, "--Connections:MaxWatches=1");
        var channels = new List<GrpcChannel>();
        var watches = new List<AsyncServerStreamingCall<HealthCheckResponse>>();
        try
        {
            for (var n = 0; n < InAll; n++)
            {
                channels.Add(GrpcChannel.ForAddress(server.Grpc));
                watches.Add(new Health.HealthClient(channels[n]).Watch(new()));
                Assert.True(await watches[n].ResponseStream.MoveNext(TestContext.Current.CancellationToken));
            }

            using var channel = GrpcChannel.ForAddress(server.Grpc);
            using var further = new Health.HealthClient(channel).Watch(new());
            Refusal.Of(ErrorReason.RateLimited, await Assert.ThrowsAsync<RpcException>(
                () => further.ResponseStream.MoveNext(TestContext.Current.CancellationToken)));
            var now = await new Health.HealthClient(channel).CheckAsync(new());
            Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, now.Status);
        }
        finally
        {
            watches.ForEach(watch => watch.Dispose());
            channels.ForEach(channel => channel.Dispose());
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
