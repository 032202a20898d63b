using System.ComponentModel.DataAnnotations;

namespace Syntha.Server.Audit;

/// <summary>The audit trail. Section <c>Audit</c>.</summary>
public sealed record AuditOptions
{
    public const string Section = "Audit";

    /// <summary>
    /// Whether the server keeps a trail. A trail that is switched on again begins with the changes that users' logs still hold. Default:
    /// true.
    /// </summary>
    public bool Enabled { get; init; } = true;

    /// <summary>
    /// The name of this node's chain of entries: up to 200 characters without white space. Nodes with the same name share one chain and
    /// take turns. Default: <c>local</c> for a data folder; with PostgreSQL the machine's name and the gRPC port.
    /// </summary>
    [RegularExpression(@"^[^\s\p{C}]{1,200}\z", ErrorMessage = "use a name of up to 200 characters without white space.")]
    public string? Node { get; init; }

    /// <summary>
    /// How often the server writes to the trail. Reads of that time are summed into one entry. Default: 1 second; from 10 milliseconds to 1
    /// minute.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:01:00")]
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How many calls of operators may wait to be written. A further one waits for room. As many refusals may wait besides; further
    /// refusals are summed and wait for nothing. Default: 10,000; from 1 to 1,000,000.
    /// </summary>
    [Range(1, 1_000_000)]
    public int MaxQueued { get; init; } = 10_000;

    /// <summary>
    /// How many refusals get an entry of their own at once. One more does each second. Beyond that, refusals are summed for each
    /// <see cref="RefusalInterval"/>: by reason for callers that have proved nothing, and by caller, agent, method and reason for others.
    /// Default: 200; from 0 to 1,000,000.
    /// </summary>
    [Range(0, 1_000_000)]
    public int RefusalBurst { get; init; } = 200;

    /// <summary>How often sums of refusals are written. Default: 10 seconds; from 10 milliseconds to 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "01:00:00")]
    public TimeSpan RefusalInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a call waits for that room before it gets STORE_BUSY. Default: 10 seconds; from 1 second to 10 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long entries are kept. Default: 90 days; from 1 second to 36,500 days.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "36500.00:00:00")]
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(90);

    /// <summary>
    /// How many entries a chain keeps at most. The oldest go first, before their time is over. A small entry takes some 300 bytes of
    /// <c>audit.db</c>. Default: 20,000,000; from 100 to 1,000,000,000,000.
    /// </summary>
    [Range(100L, 1_000_000_000_000L)]
    public long MaxEntries { get; init; } = 20_000_000;

    /// <summary>
    /// How often the head of the chain is published in the log <c>syntha_audit</c>, while it moves. Default: 1 minute; from 1 second to 1
    /// day.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan HeadInterval { get; init; } = TimeSpan.FromMinutes(1);
}
