using System.Net;
using System.Net.Sockets;

namespace Syntha.Client.Tests.RealServer;

/// <summary>What a client does when its first connection leads nowhere.</summary>
public sealed class FirstConnectionTests(SharedServer shared)
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(200);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Push_ConnectionAcceptedAndSilent_IsMadeOnANewConnection()
    {
        await using var relay = new Relay(shared.Server.Address, Silent());
        await using var client = ClientOf(relay.Address);

        var receipt = await client.ForUser($"user{Guid.NewGuid():N}").PushAsync("k", 1, new() { IfRevision = 0 }, Token);

        Assert.Equal(1, receipt.Position.Revision);
        Assert.True(relay.Connections >= 2);
    }

    [Fact]
    public async Task Push_EveryConnectionSilent_TellsTheRequestId()
    {
        await using var relay = new Relay(shared.Server.Address, () => -1);
        await using var client = ClientOf(relay.Address, maxAttempts: 2);

        var thrown = await Assert.ThrowsAsync<SynthaUnavailableException>(
            () => client.ForUser("alice").PushAsync("k", 1, cancellationToken: Token));

        Assert.NotNull(thrown.RequestId);
    }

    [Fact]
    public async Task Subscribe_ConnectionAcceptedAndSilent_IsInterruptedAndThenServed()
    {
        await using var relay = new Relay(shared.Server.Address, Silent());
        await using var client = ClientOf(relay.Address);
        var told = new List<ContextEvent>();

        await foreach (var contextEvent in client.ForUser("alice").SubscribeAsync(cancellationToken: Token))
        {
            told.Add(contextEvent);
            if (contextEvent is ContextEvent.Established)
            {
                break;
            }
        }

        Assert.True(told[0] is ContextEvent.Interrupted { Reason: InterruptionReason.Failed, Failure: not null });
        Assert.True(relay.Connections >= 2);
    }

    [Fact]
    public async Task Subscribe_ClosedPort_IsInterruptedWithTheReasonAtOnce()
    {
        using var held = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        held.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var client = ClientOf($"http://{held.LocalEndPoint}");
        await using var events = client.ForUser("alice").SubscribeAsync(cancellationToken: Token).GetAsyncEnumerator(Token);

        Assert.True(await events.MoveNextAsync());

        var interrupted = Assert.IsType<ContextEvent.Interrupted>(events.Current);
        Assert.Contains("cannot be reached", interrupted.Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Subscribe_PortOfAnotherProtocol_IsAnError()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerInHttp1Async(listener);
        await using var client = new SynthaClient($"http://{listener.LocalEndpoint}");
        await using var plain = new SynthaClient($"https://{new Uri(shared.Server.Address).Authority}");

        foreach (var wrong in (SynthaClient[])[client, plain])
        {
            await using var events = wrong.ForUser("alice").SubscribeAsync(cancellationToken: Token).GetAsyncEnumerator(Token);
            var thrown = await Record.ExceptionAsync(async () => await events.MoveNextAsync());
            Assert.True(thrown is SynthaUnavailableException, $"{events.Current}");
            Assert.Contains("another protocol", thrown.Message, StringComparison.Ordinal);
        }

        listener.Stop();
        await answering;
    }

    private static async Task AnswerInHttp1Async(TcpListener listener)
    {
        try
        {
            while (true)
            {
                using var connection = await listener.AcceptTcpClientAsync(Token);
                var stream = connection.GetStream();
                await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"u8.ToArray(), Token);
                // A connection that is closed with bytes that were not read is reset, and the answer with it.
                while (await stream.ReadAsync(new byte[4096], Token) > 0)
                {
                }
            }
        }
        catch (Exception over) when (over is SocketException or IOException)
        {
            // The test is over, or the client has given up.
        }
    }

    // The first connection passes nothing back.
    private static Func<int> Silent()
    {
        var connections = 0;
        return () => Interlocked.Increment(ref connections) == 1 ? -1 : int.MaxValue;
    }

    // On a machine that has much to do, a connection that is not silent may take longer than that as well.
    private static SynthaClient ClientOf(string address, int maxAttempts = 50) => new(new SynthaClientOptions
    {
        Address = address,
        ConnectTimeout = Soon,
        RetryDelay = TimeSpan.FromMilliseconds(1),
        MaxAttempts = maxAttempts,
    });
}
