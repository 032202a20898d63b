using System.ComponentModel.DataAnnotations;
using Npgsql;

namespace Syntha.Storage.Options;

/// <summary>How users' schemas are reached in one PostgreSQL database. Read once, at start. Section <c>Storage:Postgres</c>.</summary>
public sealed record PostgresOptions
{
    public const string Section = "Storage:Postgres";

    /// <summary>
    /// The database, in Npgsql's form: <c>Host=…;Database=…;Username=…;Password=…</c>. Times and sizes of the pool that stand in it give
    /// way to the settings here. Required with this engine.
    /// </summary>
    public string ConnectionString { get; init; } = "";

    /// <summary>
    /// How many connections this node has at most, for all its users. A user's commits take one at a time. Each costs the database a
    /// process. Default: 20; from 1 to 1,000.
    /// </summary>
    [Range(1, 1000)]
    public int PoolSize { get; init; } = 20;

    /// <summary>
    /// After how many different users a connection is replaced by a new one: the process behind it keeps some 25 kB about each. Without effect
    /// behind PgBouncer, which has <c>server_lifetime</c> for it. Default: 200; from 1 to 1,000,000.
    /// </summary>
    [Range(1, 1_000_000)]
    public int UsersPerConnection { get; init; } = 200;

    /// <summary>
    /// How long a call waits, while all connections are in use, before it gets STORE_BUSY. Default: 10 seconds; from 100 milliseconds to 5
    /// minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one round trip may take. In whole seconds. Default: 30 seconds; from 1 second to 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a write waits for the user's head while another node has it, before it gets STORE_BUSY. Less than
    /// <see cref="CommandTimeout"/>. Default: 10 seconds; from 100 milliseconds to 5 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// After how long without a sign of this node the database ends a write of it that has the user's head, so that a node that hangs does
    /// not stop the others. Default: 10 seconds; from 1 second to 5 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan TurnTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether the connection string leads to PgBouncer in transaction mode: nothing may be kept on a connection then, so that statements
    /// are not prepared. Default: false.
    /// </summary>
    public bool BehindPgBouncer { get; init; }

    /// <summary>
    /// A direct way to the same database, for the one connection that hears of other nodes' commits. Default: none; the connection string
    /// itself, or, behind PgBouncer, no listening: then the poll alone finds them.
    /// </summary>
    public string? ListenConnectionString { get; init; }

    /// <summary>
    /// How often the heads of the users in memory are looked at, in one query, for commits of other nodes that were not heard of. Default:
    /// 1 second; from 10 milliseconds to 1 minute.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:01:00")]
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Whether each user has a database role as well, which owns no right but to that user's rows, and as which the user's statements run.
    /// The login needs CREATEROLE for it. On PostgreSQL 15 each new role costs every connection 0.3 s once a login has 10,000 of them.
    /// Default: false.
    /// </summary>
    public bool RolePerUser { get; init; }

    internal string? ListensAt => ListenConnectionString is { Length: > 0 } direct ? direct : BehindPgBouncer ? null : ConnectionString;

    /// <summary>What is wrong besides single values out of their range, each with key and remedy.</summary>
    public IEnumerable<string> Faults()
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(this, new ValidationContext(this), results, validateAllProperties: true);
        foreach (var result in results)
        {
            yield return $"{Section}:{string.Join(", ", result.MemberNames)}: {result.ErrorMessage}";
        }

        if (Parse(ConnectionString) is not { Host.Length: > 0 })
        {
            yield return $"{Section}:{nameof(ConnectionString)} is missing or cannot be read; " +
                "give one such as Host=localhost;Database=syntha;Username=syntha;Password=….";
        }
        if (ListenConnectionString is { Length: > 0 } direct && Parse(direct) is not { Host.Length: > 0 })
        {
            yield return $"{Section}:{nameof(ListenConnectionString)} cannot be read; leave it out, or give one such as Host=…;Database=….";
        }

        if (LockTimeout >= CommandTimeout)
        {
            yield return $"{Section}:{nameof(LockTimeout)} is {LockTimeout} and {Section}:{nameof(CommandTimeout)} {CommandTimeout}; " +
                "the first must be the smaller one.";
        }
    }

    // The value is a secret, so that nothing of it is ever told.
    private static NpgsqlConnectionStringBuilder? Parse(string text)
    {
        try
        {
            return new(text);
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }
}
