using System.Diagnostics;
using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Processes;

namespace Syntha.Benchmarks.Fairness;

/// <summary>
/// A user who does nothing unusual: so many Gets and so many Pushes a second, each on a connection of its own, and one stream. A call
/// counts from the moment at which it was due, and an event from the acknowledgement of its push.
/// </summary>
internal sealed class Victim : IDisposable
{
    public const int PerSecond = 100;
    // Within what a user may call, in two loads.
    private const int WarmPerSecond = 200;
    private const int WarmCalls = 1_200;
    private static readonly TimeSpan LastEvents = TimeSpan.FromSeconds(5);

    private readonly Uri address;
    private readonly GrpcRequest[] gets;
    private readonly GrpcRequest[] pushes;
    private readonly long[] received;
    private readonly EventStream stream;

    public Victim(ServerProcess server, string userId, string authorization, TimeSpan length, CancellationToken cancellationToken)
    {
        address = server.Address;
        var calls = (int)(length.TotalSeconds * PerSecond);
        received = new long[calls];
        GrpcRequest Known(GrpcRequest call) => call with { Authorization = authorization };
        gets = [.. Enumerable.Range(0, calls).Select(number => Known(MeshCalls.Get(userId, MeshCalls.Key(number))))];
        pushes = [.. Enumerable.Range(0, calls).Select(
            number => Known(MeshCalls.Push(userId, MeshCalls.Key(number), BenchmarkValue.Of(number))))];
        stream = EventStream.Open(
            address,
            Known(MeshCalls.Subscribe(userId)),
            change => Volatile.Write(ref received[EventStream.NumberOf(change.Key)], Stopwatch.GetTimestamp()),
            cancellationToken);
    }

    /// <summary>
    /// Makes all calls several times, and fast, so that the compiler of the runtime is done with what they use. It would take a processor
    /// from everybody for seconds, at this pace of calls.
    /// </summary>
    public async Task WarmAsync(CancellationToken cancellationToken)
    {
        for (var calls = 0; calls < WarmCalls; calls += gets.Length)
        {
            await Task.WhenAll(
                PacedLoad.RunAsync(address, WarmPerSecond, gets, cancellationToken),
                PacedLoad.RunAsync(address, WarmPerSecond, pushes, cancellationToken));
        }
    }

    /// <summary>Makes all calls, and waits for the events of all pushes.</summary>
    public async Task<VictimTimes> RunAsync(CancellationToken cancellationToken)
    {
        Array.Clear(received);
        var getting = PacedLoad.TryRunAsync(address, PerSecond, gets, cancellationToken);
        var pushing = PacedLoad.TryRunAsync(address, PerSecond, pushes, cancellationToken);
        var (ofGets, ofPushes) = (await getting, await pushing);
        var waiting = Stopwatch.GetTimestamp();
        while (received.Any(moment => moment == 0) && Stopwatch.GetElapsedTime(waiting) < LastEvents)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), cancellationToken);
        }

        var failures = ofGets.Failures.Concat(ofPushes.Failures).ToList();
        try
        {
            stream.ThrowIfFailed();
        }
        catch (BenchmarkException broken)
        {
            failures.Add(broken.Message);
        }

        return new(
            Times(ofGets.Due, ofGets.Answered),
            Times(ofPushes.Due, ofPushes.Answered),
            Times(ofPushes.Answered, received),
            ofGets.Failed + ofPushes.Failed + received.Count(moment => moment == 0),
            failures);
    }

    public void Dispose() => stream.Dispose();

    // In milliseconds, of what has an end. An event that came before the acknowledgement counts as 0.
    private static double[] Times(long[] from, long[] to) => [.. from.Zip(to).Where(pair => pair is { First: > 0, Second: > 0 })
        .Select(pair => Math.Max(0, Stopwatch.GetElapsedTime(pair.First, pair.Second).TotalMilliseconds))];
}
