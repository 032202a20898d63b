namespace Syntha.Storage.Options;

/// <summary>
/// Where users' stores are. Section <c>Storage</c>. The settings of the embedded engine stand in the section itself, because most servers
/// need no others.
/// </summary>
public sealed record StorageOptions : SqliteOptions
{
    /// <summary><c>Sqlite</c>: a file per user. <c>Postgres</c>: a schema per user, for any number of nodes. Default: Sqlite.</summary>
    public StoreEngine Engine { get; init; }

    /// <summary>Read with the engine <c>Postgres</c> only.</summary>
    public PostgresOptions Postgres { get; init; } = new();

    /// <summary>What is wrong besides single values out of their range.</summary>
    public IEnumerable<string> Faults() => Engine == StoreEngine.Postgres ? Postgres.Faults() : [];
}
