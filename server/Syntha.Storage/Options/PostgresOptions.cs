using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Npgsql;

namespace Syntha.Storage.Options;

/// <summary>How users' schemas in one PostgreSQL database are reached. Read once, at start. Section <c>Storage:Postgres</c>.</summary>
public sealed record PostgresOptions
{
    public const string Section = "Storage:Postgres";

    /// <summary>
    /// The database, in Npgsql's form: <c>Host=…;Database=…;Username=…;Password=…</c>. The settings here replace its times and pool sizes.
    /// Required with this engine.
    /// </summary>
    public string ConnectionString { get; init; } = "";

    /// <summary>
    /// How many connections this node has at most, for all its users. Each commit takes one. One user has at most a quarter of them at a
    /// time, and two in any case. Each connection costs the database a process. Default: 20; from 1 to 1,000.
    /// </summary>
    [Range(1, 1000)]
    public int PoolSize { get; init; } = 20;

    /// <summary>
    /// A connection is replaced after it served so many different users: the process behind it keeps some 25 kB about each. Without effect
    /// behind PgBouncer, where <c>server_lifetime</c> does this. Default: 200; from 1 to 1,000,000.
    /// </summary>
    [Range(1, 1_000_000)]
    public int UsersPerConnection { get; init; } = 200;

    /// <summary>
    /// How long a call waits for a connection while all are in use. After that it gets STORE_BUSY. Default: 10 seconds; from 100
    /// milliseconds to 5 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one round trip may take. In whole seconds. Default: 30 seconds; from 1 second to 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a write waits for the user's head while another node holds it. After that it gets STORE_BUSY. Must be less than
    /// <see cref="CommandTimeout"/>. Default: 10 seconds; from 100 milliseconds to 5 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// If this node is silent for so long in a transaction that holds a user's head, the database ends the transaction. So a node that
    /// hangs does not stop the others. Default: 10 seconds; from 1 second to 5 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan TurnTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether the connection string leads to PgBouncer in transaction mode. Then nothing may be kept on a connection, so statements are
    /// not prepared. Default: false.
    /// </summary>
    public bool BehindPgBouncer { get; init; }

    /// <summary>
    /// A direct connection to the same database, on which the node listens for the commits of other nodes. Null: the connection string
    /// itself; behind PgBouncer there is no listening, and only the poll finds them. Default: null.
    /// </summary>
    public string? ListenConnectionString { get; init; }

    /// <summary>
    /// How often the node polls the heads of the users in memory, in one query, for commits of other nodes that it did not hear of.
    /// Default: 1 second; from 10 milliseconds to 1 minute.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:01:00")]
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Whether each user has a database role, with rights to that user's rows alone. The user's statements run as that role. The login
    /// needs CREATEROLE. On PostgreSQL 15, each new role costs every connection 0.3 s once a login has 10,000 roles. Default: false.
    /// </summary>
    public bool RolePerUser { get; init; }

    /// <summary>The value as PostgreSQL's setting takes it.</summary>
    internal string LockMilliseconds => Milliseconds(LockTimeout);

    /// <summary>As PostgreSQL's settings take it.</summary>
    internal string TurnMilliseconds => Milliseconds(TurnTimeout);

    internal string? ListensAt => ListenConnectionString is { Length: > 0 } direct ? direct : BehindPgBouncer ? null : ConnectionString;

    /// <summary>All faults of the options, each with key and remedy.</summary>
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
            yield return $"{Section}:{nameof(ConnectionString)} is missing, or cannot be read; " +
                "give one such as Host=localhost;Database=syntha;Username=syntha;Password=….";
        }
        if (ListenConnectionString is { Length: > 0 } direct && Parse(direct) is not { Host.Length: > 0 })
        {
            yield return $"{Section}:{nameof(ListenConnectionString)} cannot be read; leave it out, or give one such as Host=…;Database=….";
        }

        if (LockTimeout >= CommandTimeout)
        {
            yield return $"{Section}:{nameof(LockTimeout)} is {LockTimeout} and {Section}:{nameof(CommandTimeout)} {CommandTimeout}; " +
                "the first must be less than the second.";
        }
    }

    private static string Milliseconds(TimeSpan span) => ((long)span.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);

    // The value is a secret, so no message quotes it.
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
