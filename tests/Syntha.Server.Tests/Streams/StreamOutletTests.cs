using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Syntha.Mesh.Names;
using Syntha.Server.Streams;
using MeshException = Syntha.Mesh.Errors.MeshException;

namespace Syntha.Server.Tests.Streams;

/// <summary>A reader that leaves in the middle of a message ends the call. This is no failure of the server.</summary>
public sealed class StreamOutletTests
{
    private static readonly SubscribeResponse Message = new() { Changes = new() { Changes_ = { new Change { Key = "k" } } } };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Send_WriterThrowsAtOnceBecauseTheReaderHasGone_IsCancelled(bool isWritten)
    {
        var http = new DefaultHttpContext();
        http.Features.Set<IHttpResponseBodyFeature>(new ClosedBody());
        http.RequestAborted = new(canceled: true);
        var patience = TimeSpan.FromMinutes(2);
        var outlet = new StreamOutlet(
            _ => Task.CompletedTask, _ => { }, http, patience, new(long.MaxValue), UserId.Trusted("alice"), patience, TimeProvider.System,
            CancellationToken.None);

        var ended = await Assert.ThrowsAsync<RpcException>(async () => await (isWritten
            ? outlet.SendAsync(new byte[5], new("an epoch", 1), CancellationToken.None)
            : outlet.SendAsync(Message, CancellationToken.None)));

        Assert.Equal(StatusCode.Cancelled, ended.StatusCode);
    }

    [Fact]
    public async Task Send_StalledReadersHoldTooMuch_TheOldestIsCutOffWithItsReason()
    {
        var (http, patience) = (new DefaultHttpContext(), TimeSpan.FromMinutes(2));
        var lifetime = new Aborted();
        http.Features.Set<IHttpRequestLifetimeFeature>(lifetime);
        var stuck = new StuckMessages(maxBytesPerUser: 100);
        var (alice, bob) = (UserId.Trusted("alice"), UserId.Trusted("bob"));
        var outlet = new StreamOutlet(
            _ => Task.Delay(Timeout.Infinite), _ => { }, http, patience, stuck, alice, patience, TimeProvider.System,
            CancellationToken.None);
        var sending = outlet.SendAsync(new() { Progress = new() { Through = new() { Epoch = "an epoch" } } }, CancellationToken.None);
        Assert.InRange(stuck.BytesOf(alice), 1, 100);

        using var unused = new CancellationTokenSource();
        using (stuck.Add(bob, 1_000, unused))
        {
            Assert.False(sending.IsCompleted);
        }
        using var second = stuck.Add(alice, 100, unused);

        var refusal = await Assert.ThrowsAsync<MeshException>(async () => await sending);
        Assert.Equal(Syntha.Mesh.Errors.ErrorReason.SlowConsumer, refusal.Reason);
        Assert.True(lifetime.IsAborted);
        Assert.False(unused.IsCancellationRequested);
        Assert.Equal(100, stuck.BytesOf(alice));
        Assert.Equal(0, stuck.BytesOf(bob));
    }

    private sealed class Aborted : IHttpRequestLifetimeFeature
    {
        public bool IsAborted { get; private set; }

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => IsAborted = true;
    }

    private sealed class ClosedBody : IHttpResponseBodyFeature
    {
        private readonly Pipe pipe = new();

        public ClosedBody() => pipe.Writer.Complete();

        public Stream Stream => Writer.AsStream();

        public PipeWriter Writer => pipe.Writer;

        public void DisableBuffering()
        {
        }

        public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
            Task.CompletedTask;

        public Task CompleteAsync() => Task.CompletedTask;
    }
}
