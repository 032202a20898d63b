using System.Net.Sockets;
using Google.Protobuf;
using Syntha.Tests.Support;

namespace Syntha.Benchmarks.Fairness.Attacks;

/// <summary>What anybody can do who reaches the port.</summary>
internal static class Strangers
{
    private const string Get = "/syntha.v1.ContextMesh/Get";
    private const string PushMany = "/syntha.v1.ContextMesh/PushMany";
    private const string Check = "/grpc.health.v1.Health/Check";
    private const string Watch = "/grpc.health.v1.Health/Watch";
    private const int FewConnections = 20;
    private const int ManyConnections = 300;
    private const int BodyBytes = 3_000_000;
    private static readonly byte[] Empty = RawConnection.Framed([]);
    private static readonly TimeSpan Trickle = TimeSpan.FromMilliseconds(100);

    public static Task RefusedCallsAsync(Attacker attacker, CancellationToken cancellationToken) => OnConnectionsAsync(
        attacker,
        FewConnections,
        async connection =>
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
            {
                while (await AnsweredAsync(connection, Get, Empty, attacker.Headers))
                {
                    attacker.CountDone();
                }
            }));
        },
        cancellationToken);

    public static Task ResetsAsync(Attacker attacker, CancellationToken cancellationToken) => OnConnectionsAsync(
        attacker,
        FewConnections,
        async connection =>
        {
            while (await connection.TryBeginAndResetAsync(Get, attacker.Headers))
            {
                attacker.CountDone();
            }
        },
        cancellationToken);

    /// <summary>On each connection seven watches, and checks one after the other.</summary>
    public static Task WatchesAsync(Attacker attacker, CancellationToken cancellationToken) => OnConnectionsAsync(
        attacker,
        100,
        async connection =>
        {
            for (var watch = 0; watch < 7; watch++)
            {
                var id = await connection.BeginAsync(Watch);
                await connection.SendAsync(id, Empty, isEnd: true);
            }

            while (await AnsweredAsync(connection, Check, Empty))
            {
                attacker.CountDone();
            }
        },
        cancellationToken);

    /// <summary>On each connection a body of 3 MB of small parts, and one of which a byte comes now and then.</summary>
    public static Task BodiesAsync(Attacker attacker, CancellationToken cancellationToken)
    {
        // Two bytes for each of 1,500,000 messages within the message.
        var message = new byte[BodyBytes];
        for (var at = 0; at < BodyBytes; at += 2)
        {
            message[at] = (byte)WireFormat.MakeTag(1, WireFormat.WireType.LengthDelimited);
        }

        var body = RawConnection.Framed(message);
        return OnConnectionsAsync(
            attacker,
            ManyConnections,
            async connection =>
            {
                var slow = await connection.BeginAsync(PushMany, attacker.Headers);
                await connection.SendAsync(slow, body.AsMemory(0, 100), isEnd: false);
                var large = await connection.BeginAsync(PushMany, attacker.Headers);
                await connection.SendAsync(large, body.AsMemory(0, body.Length - 1), isEnd: false);
                attacker.CountDone();
                for (var at = 100; !connection.Closed.IsCompleted; at++)
                {
                    await connection.SendAsync(slow, body.AsMemory(at, 1), isEnd: false);
                    await Task.WhenAny(connection.Closed, Task.Delay(Trickle, cancellationToken));
                    cancellationToken.ThrowIfCancellationRequested();
                }
            },
            cancellationToken);
    }

    /// <summary>Connections that stop within the preface, within the first frame, or within a block of headers.</summary>
    public static Task HalfOpenAsync(Attacker attacker, CancellationToken cancellationToken)
    {
        byte[] whole = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0x83];
        int[] lengths = [0, 10, 24, 30, whole.Length];
        return attacker.RepeatAsync(
            ManyConnections,
            async number =>
            {
                using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(attacker.Address.Host, attacker.Address.Port, cancellationToken);
                await socket.SendAsync(whole.AsMemory(0, lengths[number % lengths.Length]), cancellationToken);
                attacker.CountDone();
                // Until the server closes it.
                while (await socket.ReceiveAsync(new byte[64], cancellationToken) > 0)
                {
                }
            },
            cancellationToken);
    }

    public static Task EverythingAsync(Attacker attacker, CancellationToken cancellationToken) => Task.WhenAll(
        RefusedCallsAsync(attacker, cancellationToken),
        ResetsAsync(attacker, cancellationToken),
        WatchesAsync(attacker, cancellationToken),
        BodiesAsync(attacker, cancellationToken),
        HalfOpenAsync(attacker, cancellationToken));

    // A connection that the server closes is followed by another one.
    private static Task OnConnectionsAsync(
        Attacker attacker, int connections, Func<RawConnection, Task> useAsync, CancellationToken cancellationToken) =>
        attacker.RepeatAsync(
            connections,
            async _ =>
            {
                await using var connection = await attacker.ConnectAsync(cancellationToken);
                await useAsync(connection);
            },
            cancellationToken);

    // False: the connection is closed.
    private static async Task<bool> AnsweredAsync(
        RawConnection connection, string path, byte[] body, params (string Name, string Value)[] headers)
    {
        var id = await connection.BeginAsync(path, headers);
        await connection.SendAsync(id, body, isEnd: true);
        await connection.AnswerAsync(id);
        connection.Forget(id);
        return !connection.Closed.IsCompleted;
    }
}
