using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using Syntha.Mesh.Errors;
using Syntha.Server.Operations;

namespace Syntha.Server.Tests.Operations;

/// <summary>An import that is never finished ends by itself.</summary>
public sealed class ImportPartsTests
{
    private readonly FakeTimeProvider time = new();
    private readonly Parts parts = new();

    [Fact]
    public async Task Read_WhileTheCallerSendsNothing_EndsAfterTheLongestPause()
    {
        parts.Send(new() { Header = new() { UserId = "alice" } });
        var read = new ImportParts(parts, time, CancellationToken.None);
        Assert.Equal("alice", (await read.ReadHeaderAsync()).UserId);
        await using var chunks = read.ReadChunksAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(CancellationToken.None);
        var next = chunks.MoveNextAsync().AsTask();

        time.Advance(ImportParts.MaxSilence - TimeSpan.FromSeconds(1));
        Assert.False(next.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));

        await AssertEndedAsync(next);
    }

    [Fact]
    public async Task Read_WhileTheCallerSendsALittleNowAndThen_EndsAfterTheLongestTime()
    {
        var read = new ImportParts(parts, time, CancellationToken.None);
        await using var chunks = read.ReadChunksAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(CancellationToken.None);
        var waited = TimeSpan.Zero;
        var next = chunks.MoveNextAsync().AsTask();
        for (; waited < ImportParts.MaxTime - ImportParts.MaxSilence; waited += ImportParts.MaxSilence / 2)
        {
            time.Advance(ImportParts.MaxSilence / 2);
            parts.Send(new() { Chunk = Google.Protobuf.ByteString.CopyFromUtf8("x") });
            Assert.True(await next);
            next = chunks.MoveNextAsync().AsTask();
        }

        time.Advance(ImportParts.MaxSilence / 2);
        parts.Send(new() { Chunk = Google.Protobuf.ByteString.CopyFromUtf8("x") });
        Assert.True(await next);
        next = chunks.MoveNextAsync().AsTask();
        time.Advance(ImportParts.MaxSilence / 2);

        await AssertEndedAsync(next);
    }

    [Fact]
    public async Task Read_WhenTheServerEndsTheCall_IsCancelled()
    {
        using var ending = new CancellationTokenSource();
        var read = new ImportParts(parts, time, ending.Token).ReadHeaderAsync();

        await ending.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
    }

    private static async Task AssertEndedAsync(Task next)
    {
        var refusal = await Assert.ThrowsAsync<MeshException>(() => next);
        Assert.Equal(Mesh.Errors.ErrorReason.ExportInvalid, refusal.Reason);
        Assert.Contains("was not finished", refusal.Message, StringComparison.Ordinal);
    }

    private sealed class Parts : IAsyncStreamReader<ImportUserRequest>
    {
        private readonly Channel<ImportUserRequest> sent = Channel.CreateUnbounded<ImportUserRequest>();

        public ImportUserRequest Current { get; private set; } = new();

        public void Send(ImportUserRequest part) => sent.Writer.TryWrite(part);

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            Current = await sent.Reader.ReadAsync(cancellationToken);
            return true;
        }
    }
}
