using System.Globalization;
using System.Net;
using Syntha.Tests.Support;

namespace Syntha.Server.Tests.Gate;

/// <summary>A caller without a credential costs the server next to nothing, whatever it sends (attack 35).</summary>
[Trait("Runs", "Once")]
public sealed class StrangerTests
{
    private const long MostBytes = 64L << 20;

    [Fact]
    public async Task Bodies_OfAStranger_AreRefusedUnread_AndPinNoMemory()
    {
        using var folder = new ScratchFolder();
        await using var server = await ServerProcess.StartAsync(folder.Path, OperatorKey.Setting);
        var message = RawConnection.Framed(ManyParts.EmptyItems(1_600_000));
        // The first calls load code.
        await using var first = await RawConnection.OpenAsync(server.Grpc, TestContext.Current.CancellationToken);
        await RefusedAsync(first, message.AsMemory(0, 100));
        var rest = MemoryOf(server);

        // Four that were whole but for the end of the stream, and four that lack a byte.
        await using var connection = await RawConnection.OpenAsync(server.Grpc, TestContext.Current.CancellationToken);
        for (var n = 0; n < 4; n++)
        {
            await RefusedAsync(connection, message);
            await RefusedAsync(connection, message.AsMemory(0, message.Length - 1));
        }

        Assert.InRange(MemoryOf(server) - rest, long.MinValue, MostBytes);
    }

    [Fact]
    public async Task Connections_WithoutAnAdmittedCall_AreBounded_AndTheOldestGoes()
    {
        await using var server = await TestServer.StartAsync("--Connections:MaxUnproven=2");
        await server.As("alice").PushAsync("k");
        await using var oldest = await RawConnection.OpenAsync(server.Grpc, TestContext.Current.CancellationToken);
        await using var second = await RawConnection.OpenAsync(server.Grpc, TestContext.Current.CancellationToken);
        await using var third = await RawConnection.OpenAsync(server.Grpc, TestContext.Current.CancellationToken);

        await oldest.Closed;

        var id = await third.BeginAsync("/syntha.v1.ContextMesh/Get", ("user-id", "alice"));
        await third.SendAsync(id, RawConnection.Framed([0x0A, 1, (byte)'k']), isEnd: true);
        Assert.NotEmpty(await third.AnswerAsync(id));
        Assert.False(second.Closed.IsCompleted);
        Assert.Equal("1", await server.As("alice").ValueAsync("k"));
    }

    [Fact]
    public async Task Connections_WithoutAnAdmittedCall_CloseTheirOwn_AndNotThoseOfAnotherAddress()
    {
        await using var server = await TestServer.StartAsync("--Connections:MaxUnproven=3");
        await using var honest = await RawConnection.OpenAsync(
            server.Grpc, TestContext.Current.CancellationToken, IPAddress.Parse("127.0.0.2"));
        var flood = new List<RawConnection>();
        for (var n = 0; n < 6; n++)
        {
            flood.Add(await RawConnection.OpenAsync(server.Grpc, TestContext.Current.CancellationToken));
        }

        // Four are too many. Which of the flood they are is for the server to say, because it takes up connections side by side.
        var closed = 0;
        await foreach (var ended in Task.WhenEach([honest.Closed, .. flood.Select(connection => connection.Closed)]))
        {
            Assert.NotSame(honest.Closed, ended);
            if (++closed == 4)
            {
                break;
            }
        }

        var id = await honest.BeginAsync("/syntha.v1.ContextMesh/Get", ("user-id", "alice"));
        await honest.SendAsync(id, RawConnection.Framed([0x0A, 1, (byte)'k']), isEnd: true);
        Assert.NotEmpty(await honest.AnswerAsync(id));
        foreach (var connection in flood)
        {
            await connection.DisposeAsync();
        }
    }

    [Fact]
    public async Task RefusedCalls_OnOneConnection_EndIt()
    {
        await using var server = await TestServer.StartAsync(OperatorKey.Setting);
        await using var connection = await RawConnection.OpenAsync(server.Grpc, TestContext.Current.CancellationToken);

        for (var n = 0; n < 2_000 && await connection.TryBeginAndResetAsync("/syntha.v1.ContextMesh/Get"); n++)
        {
        }

        await connection.Closed;
        await (await server.WithKeyAsync("alice")).PushAsync("k");
    }

    private static async Task RefusedAsync(RawConnection connection, ReadOnlyMemory<byte> body)
    {
        var id = await connection.BeginAsync("/syntha.v1.ContextMesh/PushMany", ("user-id", "alice"));
        await connection.SendAsync(id, body, isEnd: false);
        Assert.NotEmpty(await connection.AnswerAsync(id));
    }

    private static long MemoryOf(ServerProcess server)
    {
        var line = File.ReadLines($"/proc/{server.Id}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
