using System.Diagnostics;

namespace Syntha.Benchmarks.Load;

/// <summary>
/// Sends calls that differ in their keys or users. h2load repeats one body and one set of headers, and pushes of a single key are the
/// easiest load for a group commit. 64 h2load processes, one a user, would take processor time from the server by switching between them. A
/// general .NET client takes both cores. So this is a minimal HTTP/2 client, with prepared bodies and one blocking thread a connection. The
/// first line of the table compares it with h2load on the same empty call.
/// </summary>
internal static class DistinctLoad
{
    /// <summary>Sends this many calls, and waits for all answers.</summary>
    /// <param name="address">The server.</param>
    /// <param name="shape">The connections, and the calls in flight on each.</param>
    /// <param name="calls">How many calls.</param>
    /// <param name="request">
    /// Makes the call with this ordinal for this slot. There are as many slots as calls in flight, and each slot has one call in flight.
    /// Several threads call it.
    /// </param>
    /// <param name="cancellationToken">Ends the load early, with an exception.</param>
    /// <exception cref="BenchmarkException">A call failed.</exception>
    public static Task<LoadResult> RunAsync(
        Uri address, LoadShape shape, int calls, Func<int, int, GrpcRequest> request, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(
            () => Run(address, shape, calls, request, cancellationToken),
            cancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

    private static LoadResult Run(
        Uri address, LoadShape shape, int calls, Func<int, int, GrpcRequest> request, CancellationToken cancellationToken)
    {
        var connections = new List<LoadConnection>();
        try
        {
            for (var number = 0; number < shape.Connections; number++)
            {
                connections.Add(new LoadConnection(address));
            }

            var sent = -1;
            Exception? failure = null;
            var watch = Stopwatch.StartNew();
            var threads = connections.Select((connection, number) => new Thread(() =>
            {
                try
                {
                    connection.Run(shape.StreamsPerConnection, slot => Next((number * shape.StreamsPerConnection) + slot));
                }
                catch (Exception exception)
                {
                    Interlocked.CompareExchange(ref failure, exception, null);
                }
            })).ToList();
            threads.ForEach(thread => thread.Start());
            threads.ForEach(thread => thread.Join());
            var seconds = watch.Elapsed.TotalSeconds;

            cancellationToken.ThrowIfCancellationRequested();
            if (failure is not null)
            {
                throw new BenchmarkException($"The load failed: {failure.Message}");
            }

            var answers = connections.Sum(connection => connection.Answers);
            if (answers != calls)
            {
                throw new BenchmarkException($"The load: {answers} of {calls} calls were answered.");
            }

            return new(calls / seconds, answers, connections.Sum(connection => connection.AnswerBytes));

            GrpcRequest? Next(int slot)
            {
                var ordinal = Interlocked.Increment(ref sent);
                var over = ordinal >= calls || cancellationToken.IsCancellationRequested || Volatile.Read(ref failure) is not null;
                return over ? null : request(slot, ordinal);
            }
        }
        finally
        {
            connections.ForEach(connection => connection.Dispose());
        }
    }
}
