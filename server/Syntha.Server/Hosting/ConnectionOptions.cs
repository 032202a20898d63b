using System.ComponentModel.DataAnnotations;

namespace Syntha.Server.Hosting;

/// <summary>What callers' connections may take of the server. Section <c>Connections</c>.</summary>
public sealed record ConnectionOptions
{
    public const string Section = "Connections";

    /// <summary>How many connections may be open at once on each port; one more is closed. Default: 10,000.</summary>
    [Range(1, 1_000_000)]
    public int Max { get; init; } = 10_000;

    /// <summary>
    /// How many calls may be under way on one connection; more wait. Streams live long: a hundred would be used up by a few agents. Each user's
    /// own number is limited elsewhere. Default: 10,000.
    /// </summary>
    [Range(1, 1_000_000)]
    public int MaxCalls { get; init; } = 10_000;

    /// <summary>Within how many seconds the headers of a request must come. Default: 15.</summary>
    [Range(1, 3600)]
    public int HeadersSeconds { get; init; } = 15;

    /// <summary>After how many seconds a connection without calls is closed. Default: 130.</summary>
    [Range(1, 86400)]
    public int IdleSeconds { get; init; } = 130;

    /// <summary>After how many seconds of silence a client is asked whether it is still there. Default: 30.</summary>
    [Range(1, 3600)]
    public int PingSeconds { get; init; } = 30;

    /// <summary>Within how many seconds it must answer, or its connection is closed. Default: 60.</summary>
    [Range(1, 3600)]
    public int PingTimeoutSeconds { get; init; } = 60;

    /// <summary>
    /// How many bytes one message may have, before gRPC refuses it unread. At least 4 MiB, so that a request somewhat beyond the contract's 3
    /// MiB gets its reason. Default: 8 MiB.
    /// </summary>
    [Range(4 << 20, 1 << 30)]
    public int MaxMessageBytes { get; init; } = 8 << 20;
}
