namespace Syntha.Storage.Options;

/// <summary>What keeps users' stores.</summary>
public enum StoreEngine
{
    /// <summary>A SQLite file per user, in a folder that belongs to one process.</summary>
    Sqlite,

    /// <summary>A PostgreSQL schema per user, in a database that any number of nodes share.</summary>
    Postgres,
}
