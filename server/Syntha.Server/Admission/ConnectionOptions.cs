using System.ComponentModel.DataAnnotations;

namespace Syntha.Server.Admission;

/// <summary>Limits of callers' connections, and of the requests on them. Section <c>Connections</c>.</summary>
public sealed record ConnectionOptions
{
    public const string Section = "Connections";

    private const long LeastRequestBytes = 16L << 20;
    private const long MostRequestBytes = 256L << 20;

    /// <summary>How many connections may be open at once on each port. The server closes a further one. Default: 10,000.</summary>
    [Range(1, 1_000_000)]
    public int Max { get; init; } = 10_000;

    /// <summary>
    /// How many connections may be open without an admitted call, on both ports together. A further one closes the oldest of the address
    /// that has the most of them. Probes count here as well. Default: 100.
    /// </summary>
    [Range(1, 1_000_000)]
    public int MaxUnproven { get; init; } = 100;

    /// <summary>
    /// How many connections without an admitted call an address may open a second, when it has opened <see cref="MaxUnproven"/> at once.
    /// Further ones wait for their turn, of an address four times and in all eight times as many as <see cref="MaxUnproven"/>; what is
    /// beyond that is closed. A connection does not count when a call on it is admitted, or when its client closes it after an answer.
    /// Clients behind one address wait for strangers behind it, so the number is large. Default: 1,000.
    /// </summary>
    [Range(1, 1_000_000)]
    public int UnprovenPerSecond { get; init; } = 1_000;

    /// <summary>
    /// How many connections one user may have open, on both ports together. The first call on a further one gets RATE_LIMITED. A connection
    /// counts for the user of its first call. Default: 1,000.
    /// </summary>
    [Range(1, 1_000_000)]
    public int MaxPerUser { get; init; } = 1_000;

    /// <summary>
    /// How many calls may run at once on one connection. Further ones wait in the client. A connection whose client cancels more calls than
    /// this in a short time is closed. Other options limit the streams of each user. Default: 1,000.
    /// </summary>
    [Range(1, 1_000_000)]
    public int MaxCalls { get; init; } = 1_000;

    /// <summary>
    /// How many health watches and reflection streams may be open on one connection, together. The whole server takes 64 times as many. A
    /// further one gets RATE_LIMITED. Default: 8.
    /// </summary>
    [Range(1, 10_000)]
    public int MaxWatches { get; init; } = 8;

    /// <summary>How long the headers of a request may take to arrive. Default: 15 seconds; from 1 second to 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan HeadersTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long the message of a call may take to arrive, from its headers to its end. Then the call gets DEADLINE_EXCEEDED. Messages of a
    /// stream of messages may take as long as they like. Default: 30 seconds; from 1 second to 1 hour.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a connection without calls stays open. Default: 130 seconds; from 1 second to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>
    /// After how long a connection is asked to close (GOAWAY), give or take a tenth, so that a balancer can spread clients anew. Calls go
    /// on for another <see cref="AgeGrace"/>. Default: never; from 1 second to 365 days.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan? MaxAge { get; init; }

    /// <summary>
    /// How long calls may go on after their connection has reached its <see cref="MaxAge"/>. Streams are resumed by their clients. Default:
    /// 1 minute; from 0 to 1 day.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan AgeGrace { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// After how long a silence the server asks a client whether it is still there. Default: 30 seconds; from 1 second to 1 hour.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan PingAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long the client's answer may take. Then the server closes the connection. Default: 1 minute; from 1 second to 1 hour.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How many bytes one message may have. A larger one gets REQUEST_TOO_LARGE and is not read. The contract can use 3 MiB and what frames
    /// them. Default: 3.25 MiB (3407872); from that to 1 GiB.
    /// </summary>
    [Range(3_407_872, 1 << 30)]
    public int MaxMessageBytes { get; init; } = 3_407_872;

    /// <summary>
    /// How many bytes of requests may be under way in all, from their arrival to their answer: of those from 64 KiB on, and of those that
    /// do not arrive at once. One user has a quarter of it. Further requests wait for a second, and then get STORE_BUSY. Default: a
    /// sixteenth of the memory that the process may use, and at least 16 MiB, at most 256 MiB; from 16 MiB to 1 TiB.
    /// </summary>
    [Range(LeastRequestBytes, 1L << 40)]
    public long? MaxRequestBytes { get; init; }

    internal long RequestBytes => MaxRequestBytes
        ?? Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 16, LeastRequestBytes, MostRequestBytes);
}
