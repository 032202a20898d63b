using System.ComponentModel.DataAnnotations;

namespace Syntha.Server.Hosting;

/// <summary>Limits of callers' connections. Section <c>Connections</c>.</summary>
public sealed record ConnectionOptions
{
    public const string Section = "Connections";

    /// <summary>How many connections may be open at once on each port. The server closes a further one. Default: 10,000.</summary>
    [Range(1, 1_000_000)]
    public int Max { get; init; } = 10_000;

    /// <summary>
    /// How many calls may run at once on one connection. Further ones wait. Streams live long, so that a few agents would use up a hundred.
    /// Other options limit the streams of each user. Default: 10,000.
    /// </summary>
    [Range(1, 1_000_000)]
    public int MaxCalls { get; init; } = 10_000;

    /// <summary>How long the headers of a request may take to arrive. Default: 15 seconds; from 1 second to 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan HeadersTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a connection without calls stays open. Default: 130 seconds; from 1 second to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(130);

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
    /// How many bytes one message may have. gRPC refuses a larger one unread. The least is 4 MiB, so that a request somewhat beyond the
    /// contract's 3 MiB gets its reason. Default: 8 MiB; from 4 MiB to 1 GiB.
    /// </summary>
    [Range(4 << 20, 1 << 30)]
    public int MaxMessageBytes { get; init; } = 8 << 20;
}
