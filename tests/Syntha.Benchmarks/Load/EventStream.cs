using System.Globalization;
using Syntha.V1;

namespace Syntha.Benchmarks.Load;

/// <summary>
/// One open stream of the owner's view. Its changes are decoded, reported by the stream's own thread, and then counted. One thread waits at
/// a time.
/// </summary>
internal sealed class EventStream : IDisposable
{
    private readonly StreamTally tally = new();
    private readonly StreamConnection[] connection;

    private EventStream(Uri address, GrpcRequest call, Action<Change> received) =>
        connection = [new(address, [call], (_, message) => Take(message, received))];

    /// <inheritdoc cref="StreamTally.Messages"/>
    public long Messages => tally.Messages;

    public long Changes => tally.Changes;

    /// <summary>Opens the stream, and returns when it is established.</summary>
    public static EventStream Open(Uri address, string userId, Action<Change> received, CancellationToken cancellationToken) =>
        Open(address, MeshCalls.Subscribe(userId), received, cancellationToken);

    /// <summary>The same with a call that opens a stream of the owner's view.</summary>
    public static EventStream Open(Uri address, GrpcRequest call, Action<Change> received, CancellationToken cancellationToken)
    {
        var stream = new EventStream(address, call, received);
        stream.tally.WaitForOpenings(1, stream.ThrowIfFailed, cancellationToken);
        return stream;
    }

    /// <exception cref="BenchmarkException">The stream has ended.</exception>
    public void ThrowIfFailed() => connection[0].ThrowIfFailed();

    /// <summary>The number from which <see cref="MeshCalls.Key"/> made the key.</summary>
    public static int NumberOf(string key) => int.Parse(key.AsSpan(key.IndexOf('/') + 1), CultureInfo.InvariantCulture);

    /// <inheritdoc cref="StreamTally.WaitForChanges"/>
    public Task WaitForChangesAsync(long count, CancellationToken cancellationToken) =>
        Task.Run(() => tally.WaitForChanges(count, ThrowIfFailed, cancellationToken), cancellationToken);

    public void Dispose()
    {
        connection[0].Dispose();
        tally.Dispose();
    }

    private void Take(ReadOnlySpan<byte> message, Action<Change> received)
    {
        var changes = SubscribeResponse.Parser.ParseFrom(message).Changes?.Changes_ ?? [];
        foreach (var change in changes)
        {
            received(change);
        }

        tally.Add(changes.Count, message.Length);
    }
}
