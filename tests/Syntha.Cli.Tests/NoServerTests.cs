using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Syntha.Cli.Tests;

/// <summary>Commands at an address where something listens that is no Syntha server, or that ends the connection early.</summary>
public sealed class NoServerTests
{
    // Length, type, flags and stream of a frame: settings without an entry, and a GOAWAY with HTTP_1_1_REQUIRED.
    private static readonly byte[] Settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    private static readonly byte[] GoAway = [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 13];

    public static TheoryData<string, byte[], bool> Answers => new()
    {
        { "closes at once", [], false },
        { "closes after the preface", [], true },
        { "settings, then closes", Settings, true },
        { "settings, then goes away", [.. Settings, .. GoAway], true },
        { "goes away", GoAway, true },
        { "another protocol", Encoding.ASCII.GetBytes("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"), true },
        { "another greeting", Encoding.ASCII.GetBytes("220 mail.example ESMTP\r\n"), false },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Command_ToWhatIsNoServer_SaysSoAndExitsWith5(string what, byte[] answer, bool isAfterPreface)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = $"http://{listener.LocalEndpoint}";
        using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var answering = AnswerAsync(listener, answer, isAfterPreface, end.Token);

        var (code, _, errors) = await CommandRun.RunAsync("users", "list", "--server", address);

        await end.CancelAsync();
        await answering;
        Assert.True(code == 5, $"{what}: {code}: {errors}");
        Assert.StartsWith($"There is no server at {address}: ", errors, StringComparison.Ordinal);
    }

    private static async Task AnswerAsync(TcpListener listener, byte[] answer, bool isAfterPreface, CancellationToken end)
    {
        try
        {
            while (true)
            {
                using var connection = await listener.AcceptSocketAsync(end);
                if (isAfterPreface)
                {
                    await connection.ReceiveAsync(new byte[24], SocketFlags.None, end);
                }

                await connection.SendAsync(answer, SocketFlags.None, end);
                connection.Shutdown(SocketShutdown.Send);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
        }
    }
}
