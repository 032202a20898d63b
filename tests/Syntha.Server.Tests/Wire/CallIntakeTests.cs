using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Syntha.Server.Wire;

namespace Syntha.Server.Tests.Wire;

/// <summary>
/// Calls of one connection wait in that connection, and not in the line of all (attack 36). Messages wait in a connection that has proved
/// nothing (attack 35).
/// </summary>
public sealed class CallIntakeTests
{
    private const int Most = 4;
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte Reset = 3;

    private static readonly byte[] Preface = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8];

    private readonly Pipe input = new(new(pauseWriterThreshold: 0));
    private readonly CallIntake intake;
    private bool isProven = true;

    public CallIntakeTests() => intake = new(input.Reader, Most, begun => begun >= Most, () => isProven);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Frames_BehindTooManyCallsThatWait_WaitUntilHalfOfThemAreTakenUp()
    {
        var calls = Enumerable.Range(0, Most + 1).Select(Call).ToArray();
        await SendAsync([.. Preface, .. calls.SelectMany(call => call)]);

        // What is behind the last call that has room waits, also the reset of that call.
        var first = await TakeAsync();
        Assert.Equal((byte[])[.. Preface, .. calls.Take(Most - 1).SelectMany(call => call), .. Begin(Most - 1)], first);
        var next = TakeAsync();
        intake.Reached();
        Assert.False(next.IsCompleted);
        intake.Reached();

        byte[] rest = [.. Call(Most - 1).Skip(Begin(0).Length), .. calls.Skip(Most).SelectMany(call => call)];
        Assert.Equal(rest, await next);
    }

    [Fact]
    public async Task Frames_InPartsOfAnySize_ComeAsTheyWereSent()
    {
        var random = new Random(7);
        var sent = new List<byte>(Preface);
        for (var number = 0; number < 200; number++)
        {
            sent.AddRange(Call(number));
            sent.AddRange(Frame(Data, number, new byte[random.Next(0, 300)]));
        }

        var taken = new List<byte>();
        var reading = Task.Run(async () =>
        {
            while (taken.Count < sent.Count)
            {
                var part = await TakeAsync(random.Next(1, 400));
                taken.AddRange(part);
                for (var call = 0; call < Most; call++)
                {
                    intake.Reached();
                }
            }
        }, Token);
        for (var at = 0; at < sent.Count;)
        {
            var part = Math.Min(random.Next(1, 50), sent.Count - at);
            await SendAsync([.. sent.Skip(at).Take(part)]);
            at += part;
        }

        await reading;
        Assert.Equal(sent, taken);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Message_OfAnUnprovenConnection_WaitsBeyondAFewBytesUntilItsCallIsDecided(bool isRefused)
    {
        isProven = false;
        var (early, late) = (Frame(Data, 0, new byte[CallIntake.MostEarlyBytes]), Frame(Data, 0, [1]));
        await SendAsync([.. Preface, .. Begin(0), .. early, .. late, .. Begin(1)]);

        Assert.Equal((byte[])[.. Preface, .. Begin(0), .. early], await TakeAsync());
        var next = TakeAsync();
        intake.Reached();
        Assert.False(next.IsCompleted);
        if (isRefused)
        {
            intake.Decided(1);
        }
        else
        {
            isProven = true;
            intake.Proved();
        }

        Assert.Equal((byte[])[.. late, .. Begin(1)], await next);
    }

    [Fact]
    public async Task Messages_OfAnUnprovenConnection_ShareTheFewBytes()
    {
        isProven = false;
        var part = new byte[CallIntake.MostEarlyBytes / 2];
        byte[] fits = [.. Begin(0), .. Begin(1), .. Frame(Data, 0, part), .. Frame(Data, 1, part)];
        await SendAsync([.. Preface, .. fits, .. Frame(Data, 0, [1]), .. Frame(Data, 1, [1])]);

        Assert.Equal((byte[])[.. Preface, .. fits], await TakeAsync());
        intake.Decided(3);

        // What the other call had is free again.
        Assert.Equal((byte[])[.. Frame(Data, 0, [1]), .. Frame(Data, 1, [1])], await TakeAsync());
    }

    [Theory]
    [InlineData("PRI * HTT")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0")]
    public async Task Bytes_ThatEndWithinThePrefaceOrAHeader_ComeAtTheEnd(string sent)
    {
        await SendAsync(Encoding.ASCII.GetBytes(sent));
        await input.Writer.CompleteAsync();

        var taken = "";
        while (taken.Length < sent.Length)
        {
            taken += Encoding.ASCII.GetString(await TakeAsync());
        }

        Assert.Equal(sent, taken);
    }

    [Fact]
    public async Task Bytes_ThatAreNotHttp2_Pass()
    {
        var request = Encoding.ASCII.GetBytes($"PRIVATE / HTTP/1.1\r\nHost: {new string('x', 100)}\r\n\r\n");
        await SendAsync(request);

        Assert.Equal(request, await TakeAsync());
    }

    [Fact]
    public async Task Read_ThatWaitsForRoom_EndsWhenItIsCancelled()
    {
        await SendAsync([.. Preface, .. Enumerable.Range(0, Most + 1).SelectMany(Begin)]);
        await TakeAsync();
        var next = intake.ReadAsync(Token);

        intake.CancelPendingRead();

        Assert.True((await next).IsCanceled);
    }

    [Fact]
    public async Task Call_ThatIsReset_IsKnownBeforeItsFramesPass()
    {
        await SendAsync([.. Preface, .. Begin(0), .. Frame(Data, 0, [1])]);
        await TakeAsync();
        Assert.False(intake.MayHaveCancelled);

        await SendAsync(Frame(Reset, 0, [0, 0, 0, 8]));
        await TakeAsync();

        Assert.True(intake.MayHaveCancelled);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Connection_ThatEnds_MayHaveCancelledItsCalls(bool isCut)
    {
        await SendAsync([.. Preface, .. Begin(0)]);
        await TakeAsync();
        await input.Writer.CompleteAsync(isCut ? new IOException() : null);

        await Record.ExceptionAsync(TakeAsync);

        Assert.True(intake.MayHaveCancelled);

        Task TakeAsync() => this.TakeAsync();
    }

    [Fact]
    public async Task Bytes_ThatAreNotHttp2_TellNothingOfCancelledCalls()
    {
        await SendAsync("POST / HTTP/1.1\r\n\r\n"u8.ToArray());
        await TakeAsync();

        Assert.True(intake.MayHaveCancelled);
    }

    private static byte[] Begin(int number) => Frame(Headers, number, [0x82]);

    // A call that is reset at once.
    private static byte[] Call(int number) => [.. Begin(number), .. Frame(Reset, number, [0, 0, 0, 8])];

    private static byte[] Frame(byte type, int number, byte[] payload) =>
        [0, (byte)(payload.Length >> 8), (byte)payload.Length, type, 4, 0, 0, (byte)(number >> 7), (byte)((number * 2) + 1), .. payload];

    private async Task SendAsync(byte[] bytes) => await input.Writer.WriteAsync(bytes, Token);

    private async Task<byte[]> TakeAsync(int most = int.MaxValue)
    {
        var read = await intake.ReadAsync(Token);
        var taken = read.Buffer.Slice(0, Math.Min(most, read.Buffer.Length));
        var bytes = taken.ToArray();
        intake.AdvanceTo(taken.End);
        return bytes;
    }
}
