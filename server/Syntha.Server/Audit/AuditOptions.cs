using System.ComponentModel.DataAnnotations;

namespace Syntha.Server.Audit;

/// <summary>The audit trail. Section <c>Audit</c>.</summary>
public sealed record AuditOptions
{
    public const string Section = "Audit";

    /// <summary>
    /// Whether there is one. Where it was off and is switched on, it begins with what users' logs still hold. Default: true.
    /// </summary>
    public bool Enabled { get; init; } = true;

    /// <summary>
    /// Names this node's chain of entries: up to 200 characters without white space. Default: <c>local</c> for a data folder; with PostgreSQL
    /// the machine's name and the gRPC port. Nodes of one name share one chain and take turns.
    /// </summary>
    [RegularExpression(@"^[^\s\p{C}]{1,200}\z", ErrorMessage = "A name of up to 200 characters without white space.")]
    public string? Node { get; init; }

    /// <summary>
    /// How often what has happened is written to the trail, in milliseconds; reads are summed for as long. Default: 1,000; from 10 to 60,000.
    /// </summary>
    [Range(10, 60_000)]
    public int IntervalMilliseconds { get; init; } = 1_000;

    /// <summary>
    /// How many refusals and calls of operators may wait to be written. When so many do, further ones wait for room. Default: 10,000; from 1 to
    /// 1,000,000.
    /// </summary>
    [Range(1, 1_000_000)]
    public int MaxQueued { get; init; } = 10_000;

    /// <summary>For how many seconds a call waits for that room before it gets STORE_BUSY. Default: 10; from 1 to 600.</summary>
    [Range(1, 600)]
    public int MaxWaitSeconds { get; init; } = 10;

    /// <summary>For how many days entries are kept, fractions allowed. Default: 90; from a second to 100 years.</summary>
    [Range(1d / 86_400, 36_500)]
    public double RetentionDays { get; init; } = 90;

    /// <summary>How often the head of the chain is published to the log <c>syntha_audit</c> while it moves, in seconds. Default: 60; from 1 to 86,400.</summary>
    [Range(1, 86_400)]
    public int HeadSeconds { get; init; } = 60;
}
