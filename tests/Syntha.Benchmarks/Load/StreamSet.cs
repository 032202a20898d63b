namespace Syntha.Benchmarks.Load;

/// <summary>Open streams on a few connections to one server, and counts of what they have received. One thread waits at a time.</summary>
internal sealed class StreamSet : IDisposable
{
    private readonly StreamConnection[] connections;
    private readonly StreamTally tally;

    private StreamSet(StreamConnection[] connections, StreamTally tally) => (this.connections, this.tally) = (connections, tally);

    /// <inheritdoc cref="StreamTally.Messages"/>
    public long Messages => tally.Messages;

    public long Changes => tally.Changes;

    /// <inheritdoc cref="StreamTally.Bytes"/>
    public long Bytes => tally.Bytes;

    /// <summary>Opens the streams, and returns when each has sent its first message.</summary>
    /// <param name="address">The server.</param>
    /// <param name="shape">How many connections, and how many streams on each.</param>
    /// <param name="call">The call that opens a stream.</param>
    /// <param name="changesOf">Counts the changes in a message.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static StreamSet Open(
        Uri address, LoadShape shape, GrpcRequest call, StreamMessages.ChangeCounter changesOf, CancellationToken cancellationToken)
    {
        var tally = new StreamTally();
        var calls = Enumerable.Repeat(call, shape.StreamsPerConnection).ToList();
        var connections = new StreamConnection[shape.Connections];
        for (var number = 0; number < shape.Connections; number++)
        {
            connections[number] = new(address, calls, (_, message) => tally.Add(changesOf(message), message.Length));
        }

        var streams = new StreamSet(connections, tally);
        try
        {
            tally.WaitForOpenings(shape.InFlight, streams.ThrowIfFailed, cancellationToken);
            return streams;
        }
        catch
        {
            streams.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="StreamTally.WaitForChanges"/>
    public void WaitForChanges(long count, CancellationToken cancellationToken) =>
        tally.WaitForChanges(count, ThrowIfFailed, cancellationToken);

    private void ThrowIfFailed() => Array.ForEach(connections, static connection => connection.ThrowIfFailed());

    public void Dispose()
    {
        Array.ForEach(connections, static connection => connection.Dispose());
        tally.Dispose();
    }
}
