using System.Collections.Concurrent;
using System.Threading.Channels;

using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

using Grpc.Core;

using Syntha.Client.Tests.Fakes;

namespace Syntha.Client.Tests.Live;

/// <summary>When a claim is renewed and when it counts as lost, and how a wait in line notices a dead connection.</summary>
public sealed class ClaimKeepingTests : IAsyncLifetime
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private readonly ManualTime time = new();
    private readonly Channel<ReceivedCall> received = Channel.CreateUnbounded<ReceivedCall>();
    private readonly ConcurrentQueue<Exception> failures = new();
    private readonly Guid id = Guid.NewGuid();
    private ScriptedServer server = null!;
    private SynthaClient client = null!;
    private bool isReplay;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        server = await ScriptedServer.StartAsync(Answer);
        client = server.Client(options => (options.TimeProvider, options.MaxAttempts) = (time, 1));
    }

    public async ValueTask DisposeAsync()
    {
        await client.DisposeAsync();
        await server.DisposeAsync();
    }

    [Fact]
    public void Schedule_RenewsEachThird_SoonerAfterAFailure_AndNeverPastTheEnd()
    {
        var schedule = new ClaimSchedule(Lease, asked: Seconds(100), now: Seconds(105));
        Assert.Equal((Seconds(15), Seconds(55)), (schedule.Wait(Seconds(105)), schedule.Left(Seconds(105))));
        schedule.Failed(Seconds(121));
        Assert.Equal(Seconds(5), schedule.Wait(Seconds(121)));
        schedule.Failed(Seconds(158));
        Assert.Equal(Seconds(2), schedule.Wait(Seconds(158)));
        Assert.Equal(TimeSpan.Zero, schedule.Wait(Seconds(161)));
        Assert.Equal(Seconds(-1), schedule.Left(Seconds(161)));

        schedule.Renewed(Seconds(30), asked: Seconds(160));
        Assert.Equal((Seconds(9), Seconds(29)), (schedule.Wait(Seconds(161)), schedule.Left(Seconds(161))));
        Assert.Equal(TimeSpan.Zero, new ClaimSchedule(Lease, asked: null, now: Seconds(5)).Wait(Seconds(5)));
    }

    [Fact]
    public async Task Claim_OfNow_IsRenewedAfterAThird_AndOneOfAnEarlierCallAtOnce()
    {
        await using var claim = await ClaimAsync();
        Assert.Equal("Claim", await NextCallAsync());
        Assert.Equal(Lease / 3, await time.NextWaitAsync());
        time.Advance(Lease / 3);
        Assert.Equal("RenewClaim", await NextCallAsync());

        isReplay = true;
        await using var before = await ClaimAsync();
        Assert.Equal("Claim", await NextCallAsync());
        Assert.Equal("RenewClaim", await NextCallAsync());
    }

    [Fact]
    public async Task Claim_AfterAWait_IsRenewedAtOnce()
    {
        await using var claim = await client.ForUser("alice").AwaitClaimAsync(
            "task", new() { KeepRenewed = true, RequestId = id }, cancellationToken: Token);

        Assert.Equal("AwaitClaim", await NextCallAsync());
        Assert.Equal("RenewClaim", await NextCallAsync());
    }

    [Fact]
    public async Task Renewals_ThatFailUntilTheEnd_LoseTheClaim()
    {
        await using var claim = await ClaimAsync();
        var lost = new TaskCompletionSource();
        await using var registration = claim.Lost.Register(lost.SetResult);
        await NextCallAsync();
        for (var attempt = 0; attempt < 50; attempt++)
        {
            failures.Enqueue(new RpcException(new Status(StatusCode.Unavailable, "gone")));
        }

        await PassAsync(Lease / 3, Lease / 3);
        for (var attempt = 0; attempt < 8; attempt++)
        {
            Assert.Equal("RenewClaim", await NextCallAsync());
            Assert.False(claim.Lost.IsCancellationRequested);
            await PassAsync(Lease / 12, Lease / 12);
        }

        await lost.Task.WaitAsync(Token);
    }

    [Fact]
    public async Task Renew_WithAnotherLease_SetsTheNextRenewal()
    {
        await using var claim = await ClaimAsync();
        Assert.Equal(Lease / 3, await time.NextWaitAsync());

        await claim.RenewAsync(Seconds(6), Token);

        Assert.Equal(Seconds(2), await time.NextWaitAsync());
    }

    [Fact]
    public async Task Wait_ThatIsSilentForTwoHeartbeats_ComesBackUnderItsIdWithinItsGraceTime()
    {
        var told = new TaskCompletionSource();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        isReplay = true;
        var waiting = client.ForUser("alice").AwaitClaimAsync(
            "task", new() { Grace = Seconds(20), RequestId = id }, new Told(told), end.Token);
        var first = await received.Reader.ReadAsync(Token);
        Assert.Equal(Seconds(4), ((V1.AwaitClaimRequest)first.Request).Heartbeat.ToTimeSpan());
        await told.Task.WaitAsync(Token);

        time.Advance(Seconds(8));

        var second = await received.Reader.ReadAsync(Token).AsTask().WaitAsync(TimeSpan.FromMinutes(1), Token);
        Assert.Equal(("AwaitClaim", first.RequestId), (second.Method, second.RequestId));
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private Task<ClaimHandle> ClaimAsync() =>
        client.ForUser("alice").ClaimAsync("task", new() { KeepRenewed = true, RequestId = id }, Token);

    private async Task<string> NextCallAsync() => (await received.Reader.ReadAsync(Token)).Method;

    // Other waits may begin as well: the limit of a renewal.
    private async Task PassAsync(TimeSpan wait, TimeSpan span)
    {
        while (await time.NextWaitAsync() != wait)
        {
        }

        time.Advance(span);
    }

    private IMessage Answer(ReceivedCall call)
    {
        received.Writer.TryWrite(call);
        if (call.Method == "RenewClaim" && failures.TryDequeue(out var failure))
        {
            throw failure;
        }

        var claim = new V1.Claim
        {
            Name = "task",
            Holder = new(),
            Token = new() { Name = "task", Position = Wire.At(7) },
            Lease = Duration.FromTimeSpan(Lease),
            ExpireTime = new() { Seconds = 1_800_000_000 },
        };
        return call.Method switch
        {
            "Claim" => new V1.ClaimResponse { Position = Wire.At(7), Claim = claim, Replayed = isReplay },
            "RenewClaim" => new V1.RenewClaimResponse { Position = Wire.At(8), ExpireTime = claim.ExpireTime },
            "ReleaseClaim" => new V1.ReleaseClaimResponse { Position = Wire.At(9) },
            "LeaveClaim" => new V1.LeaveClaimResponse { Position = Wire.At(9) },
            "AwaitClaim" when isReplay => new V1.AwaitClaimResponse
            {
                Position = Wire.At(7),
                Waiting = new() { Place = 1, Ticket = $"{id}", Claim = claim },
            },
            "AwaitClaim" => new V1.AwaitClaimResponse { Position = Wire.At(7), Held = claim },
            _ => throw new InvalidOperationException($"{call.Method} was not expected."),
        };
    }

    private sealed class Told(TaskCompletionSource told) : IProgress<ClaimPlace>
    {
        public void Report(ClaimPlace value) => told.TrySetResult();
    }
}
