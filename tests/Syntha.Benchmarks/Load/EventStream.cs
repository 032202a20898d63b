using System.Globalization;
using Syntha.V1;

namespace Syntha.Benchmarks.Load;

/// <summary>
/// One open stream, of the owner's view or of another server. Its changes are decoded, reported by the stream's own thread, and then
/// counted. One thread waits at a time.
/// </summary>
internal sealed class EventStream : IDisposable
{
    private readonly StreamTally tally = new();
    private readonly StreamConnection[] connection;

    private EventStream(Uri address, GrpcRequest call, StreamMessages.ChangeCounter take) =>
        connection = [new(address, [call], (_, message) => tally.Add(take(message), message.Length))];

    /// <inheritdoc cref="StreamTally.Messages"/>
    public long Messages => tally.Messages;

    public long Changes => tally.Changes;

    /// <summary>Opens the stream, and returns when it is established.</summary>
    public static EventStream Open(Uri address, string userId, Action<Change> received, CancellationToken cancellationToken) =>
        Open(address, MeshCalls.Subscribe(userId), received, cancellationToken);

    /// <summary>The same with a call that opens a stream of the owner's view.</summary>
    public static EventStream Open(Uri address, GrpcRequest call, Action<Change> received, CancellationToken cancellationToken) =>
        Open(address, call, message => Take(message, received), cancellationToken);

    /// <summary>The same with a stream of any server. The function reads a message, and returns how many changes it contains.</summary>
    public static EventStream Open(
        Uri address, GrpcRequest call, StreamMessages.ChangeCounter take, CancellationToken cancellationToken)
    {
        var stream = new EventStream(address, call, take);
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

    private static int Take(ReadOnlySpan<byte> message, Action<Change> received)
    {
        var changes = SubscribeResponse.Parser.ParseFrom(message).Changes?.Changes_ ?? [];
        foreach (var change in changes)
        {
            received(change);
        }

        return changes.Count;
    }
}
