using System.Diagnostics;

namespace Syntha.Benchmarks.Load;

/// <summary>
/// Sends calls at a fixed rate on one connection, even when earlier calls are not answered yet. So a slow answer does not slow the load
/// down.
/// </summary>
internal static class PacedLoad
{
    /// <param name="address">The server.</param>
    /// <param name="perSecond">How many calls a second.</param>
    /// <param name="requests">The calls.</param>
    /// <param name="cancellationToken">Ends the load early, with an exception.</param>
    /// <exception cref="BenchmarkException">A call failed.</exception>
    public static Task<PacedTimes> RunAsync(
        Uri address, int perSecond, IReadOnlyList<GrpcRequest> requests, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(
            () => Run(address, perSecond, requests, cancellationToken),
            cancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

    private static PacedTimes Run(Uri address, int perSecond, IReadOnlyList<GrpcRequest> requests, CancellationToken cancellationToken)
    {
        using var socket = new FrameSocket(address);
        var times = new PacedTimes(new long[requests.Count], new long[requests.Count]);
        var answers = 0;
        Exception? failure = null;
        var reader = new Thread(() =>
        {
            try
            {
                while (answers < requests.Count)
                {
                    socket.Receive(frame => answers += Take(frame, times));
                }
            }
            catch (Exception exception)
            {
                Volatile.Write(ref failure, exception);
            }
        });
        reader.Start();
        Send(socket, new CallWriter(address.Authority), perSecond, requests, times, GoesOn);
        if (cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
        }

        reader.Join();
        cancellationToken.ThrowIfCancellationRequested();
        return failure is null ? times : throw new BenchmarkException($"The paced load failed: {failure.Message}");

        bool GoesOn() => Volatile.Read(ref failure) is null && !cancellationToken.IsCancellationRequested;
    }

    private static void Send(
        FrameSocket socket, CallWriter calls, int perSecond, IReadOnlyList<GrpcRequest> requests, PacedTimes times, Func<bool> goesOn)
    {
        var output = new FrameBuffer();
        var interval = Stopwatch.Frequency / perSecond;
        var began = Stopwatch.GetTimestamp();
        for (var call = 0; call < requests.Count && goesOn(); call++)
        {
            Pause.Until(began + (call * interval));
            calls.Write(output, requests[call]);
            times.Sent[call] = Stopwatch.GetTimestamp();
            socket.Send(output);
        }
    }

    private static int Take(Http2Frame frame, PacedTimes times)
    {
        if (!CallEnd.IsIn(frame))
        {
            return 0;
        }

        CallEnd.Confirm(frame);
        times.Answered[CallWriter.OrdinalOf(frame.StreamId)] = Stopwatch.GetTimestamp();
        return 1;
    }
}
