namespace Syntha.Storage.Options;

/// <summary>
/// Options holds the settings of the storage; it uses nothing else of this assembly. This is the engine that keeps users' stores.
/// </summary>
public enum StoreEngine
{
    /// <summary>A SQLite file for each user, in a folder that one process holds.</summary>
    Sqlite,

    /// <summary>A PostgreSQL schema for each user, in a database that any number of nodes share.</summary>
    Postgres,
}
