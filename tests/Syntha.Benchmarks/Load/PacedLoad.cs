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
    public static async Task<PacedTimes> RunAsync(
        Uri address, int perSecond, IReadOnlyList<GrpcRequest> requests, CancellationToken cancellationToken)
    {
        var times = await TryRunAsync(address, perSecond, requests, cancellationToken);
        return times.Failures.Count == 0 ? times : throw new BenchmarkException($"The paced load failed: {times.Failures[0]}");
    }

    /// <summary>The same for a load of which calls may fail. The failures are in the result.</summary>
    public static Task<PacedTimes> TryRunAsync(
        Uri address, int perSecond, IReadOnlyList<GrpcRequest> requests, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(
            () => Run(address, perSecond, requests, cancellationToken),
            cancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

    private static PacedTimes Run(Uri address, int perSecond, IReadOnlyList<GrpcRequest> requests, CancellationToken cancellationToken)
    {
        using var socket = new FrameSocket(address);
        var times = new PacedTimes(new long[requests.Count], new long[requests.Count], new long[requests.Count]);
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
        if (failure is not null)
        {
            times.Failures.Add(failure.Message);
        }

        return times;

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
            times.Due[call] = began + (call * interval);
            Pause.Until(times.Due[call]);
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

        if (CallEnd.FailureIn(frame) is { } failure)
        {
            times.Failures.Add(failure);
        }
        else
        {
            times.Answered[CallWriter.OrdinalOf(frame.StreamId)] = Stopwatch.GetTimestamp();
        }

        return 1;
    }
}
