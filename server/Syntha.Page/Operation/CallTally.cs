using System.Collections.Frozen;
using System.Numerics;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace Syntha.Page.Operation;

/// <summary>
/// Counts what the server's meters tell, from the start on. It runs within every call, so each count is one addition to a number that
/// the processors rarely share, and nothing is allocated. Thread-safe.
/// </summary>
internal sealed class CallTally
{
    // The places of the numbers.
    public const int Statuses = 17;
    public const int Latencies = 44;
    public const int Groups = Statuses + Latencies;
    public const int Commands = Groups + 1;
    public const int Commits = Commands + 1;
    public const int CommitMicroseconds = Commits + 1;
    public const int Numbers = CommitMicroseconds + 1;

    // Calls that take less are counted with those of this many microseconds.
    private const int ShortestLog = 4;

    private const int MostStripes = 16;

    // A stream lasts as long as its reader likes, so that its duration says nothing.
    private static readonly FrozenSet<string> Streams = new[]
        {
            ContextMesh.Descriptor, ToolHandler.Descriptor, Administration.Descriptor,
        }
        .SelectMany(service => service.Methods).Where(method => method.IsServerStreaming || method.IsClientStreaming)
        .Select(RouteOf).ToFrozenSet(StringComparer.Ordinal);

    private readonly long[][] stripes = [.. Enumerable
        .Range(0, (int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(Environment.ProcessorCount, MostStripes)))
        .Select(_ => new long[Numbers])];

    /// <summary>Takes a measurement of a request.</summary>
    /// <param name="seconds">How long it took.</param>
    /// <param name="tags">What is told of it. A request that is no call of the contract is left out.</param>
    public void AddRequest(double seconds, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string? route = null;
        int? grpc = null;
        var http = 0;
        foreach (ref readonly var tag in tags)
        {
            switch (tag.Key)
            {
                case "http.route":
                    route = tag.Value as string;
                    break;
                case "rpc.grpc.status_code":
                    grpc = tag.Value as int?;
                    break;
                case "http.response.status_code":
                    http = tag.Value is int code ? code : 0;
                    break;
            }
        }

        if (route is null || !IsCall(route))
        {
            return;
        }

        var own = Stripe();
        var status = grpc ?? StatusOf(http);
        Interlocked.Increment(ref own[(uint)status < Statuses ? status : 2]);
        if (!IsStream(route))
        {
            Interlocked.Increment(ref own[Statuses + BucketOf(seconds)]);
        }
    }

    /// <summary>Takes a group of commands that was committed.</summary>
    public void AddGroup(int commands)
    {
        var own = Stripe();
        Interlocked.Increment(ref own[Groups]);
        Interlocked.Add(ref own[Commands], commands);
    }

    /// <summary>Takes how long a commit took.</summary>
    public void AddCommit(double seconds)
    {
        var own = Stripe();
        Interlocked.Increment(ref own[Commits]);
        Interlocked.Add(ref own[CommitMicroseconds], (long)(seconds * 1e6));
    }

    /// <summary>All numbers since the start.</summary>
    public long[] Read()
    {
        var sum = new long[Numbers];
        foreach (var stripe in stripes)
        {
            for (var at = 0; at < Numbers; at++)
            {
                sum[at] += Volatile.Read(ref stripe[at]);
            }
        }

        return sum;
    }

    /// <summary>The place of a duration among the latencies. There are two places for each doubling.</summary>
    public static int BucketOf(double seconds)
    {
        var microseconds = (ulong)Math.Clamp(seconds * 1e6, 0, 1e12);
        if (microseconds < 1 << ShortestLog)
        {
            return 0;
        }

        var log = BitOperations.Log2(microseconds);
        var half = (int)(microseconds >> (log - 1)) & 1;
        return Math.Min(((log - ShortestLog) * 2) + half + 1, Latencies - 1);
    }

    /// <summary>The seconds at which a place among the latencies begins.</summary>
    public static double StartOf(int bucket) =>
        bucket == 0 ? 0 : (1L << (ShortestLog + ((bucket - 1) / 2))) * ((bucket - 1) % 2 == 0 ? 1 : 1.5) / 1e6;

    // The answers of HTTP that no call stands behind: an item that does not exist, a precondition, an address that cannot be read.
    private static int StatusOf(int http) => (int)(http switch
    {
        < 400 => StatusCode.OK,
        404 => StatusCode.NotFound,
        409 or 412 => StatusCode.FailedPrecondition,
        < 500 => StatusCode.InvalidArgument,
        _ => StatusCode.Internal,
    });

    private static bool IsCall(string route) =>
        route.StartsWith("/syntha.v1.", StringComparison.Ordinal) || route.StartsWith("/v1/", StringComparison.Ordinal)
        || route.StartsWith("/mcp", StringComparison.Ordinal);

    private static bool IsStream(string route) =>
        route[1] == 'm' || (route[1] == 'v' ? route.EndsWith("/changes", StringComparison.Ordinal) : Streams.Contains(route));

    private static string RouteOf(MethodDescriptor method) => $"/{method.Service.FullName}/{method.Name}";

    private long[] Stripe() => stripes[Thread.GetCurrentProcessorId() & (stripes.Length - 1)];
}
