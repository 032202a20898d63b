using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Syntha.Server.Streams;

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
            _ => Task.CompletedTask, _ => { }, http, patience, patience, TimeProvider.System, CancellationToken.None);

        var ended = await Assert.ThrowsAsync<RpcException>(async () => await (isWritten
            ? outlet.SendAsync(new byte[5], new("an epoch", 1), CancellationToken.None)
            : outlet.SendAsync(Message, CancellationToken.None)));

        Assert.Equal(StatusCode.Cancelled, ended.StatusCode);
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
