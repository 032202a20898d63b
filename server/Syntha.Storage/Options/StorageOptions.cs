using System.ComponentModel.DataAnnotations;

namespace Syntha.Storage.Options;

/// <summary>
/// Where users' stores are, and how they are kept. Read once, at start. Section <c>Storage</c>. The settings of the engine <c>Sqlite</c>
/// are in the section itself, because most servers need no others. Those of the engine <c>Postgres</c> are in a section of their own.
/// </summary>
public sealed record StorageOptions
{
    public const string Section = "Storage";

    /// <summary>
    /// <c>Sqlite</c>: a file for each user. <c>Postgres</c>: a schema for each user, for any number of nodes. Default: Sqlite.
    /// </summary>
    public StoreEngine Engine { get; init; }

    /// <summary>
    /// Engine <c>Sqlite</c>: the folder of all users' files. It is made if it is missing. One process holds it at a time. It must be on a
    /// local disk: file locks and syncs of network file systems are not reliable. Default: <c>data</c> in the working directory.
    /// </summary>
    [Required]
    public string DataPath { get; init; } = "data";

    /// <summary>
    /// Engine <c>Sqlite</c>: how many users' stores are open at once, at most. The idle store that was used least recently is closed for
    /// another one. Each takes up to six file descriptors. The limit of the process, read at start, may lower the number. Default: 256;
    /// from 1 to 100,000.
    /// </summary>
    [Range(1, 100_000)]
    public int MaxOpenStores { get; init; } = 256;

    /// <summary>Engine <c>Sqlite</c>: how long a store stays open without use. Default: 5 minutes; from 1 second to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan IdleCloseAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Engine <c>Sqlite</c>: how long a call waits while as many stores are in use as may be open. After that it gets STORE_BUSY. Default:
    /// 10 seconds; from 100 milliseconds to 5 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Engine <c>Sqlite</c>: how many threads commit, each one user's group at a time. There are more than cores, because they mostly wait
    /// for the disk, and a disk serves many syncs at once better than one after the other. Default: four for each core, at least 16; from 1
    /// to 1,024.
    /// </summary>
    [Range(1, 1024)]
    public int WriterThreads { get; init; } = Math.Max(16, 4 * Environment.ProcessorCount);

    /// <summary>
    /// Engine <c>Sqlite</c>: how many threads load meshes and read logs. Default: two for each core, at least 4; from 1 to 1,024.
    /// </summary>
    [Range(1, 1024)]
    public int ReaderThreads { get; init; } = Math.Max(4, 2 * Environment.ProcessorCount);

    /// <summary>
    /// Engine <c>Sqlite</c>: the size of a user's file, in bytes, at which writes get STORE_FULL. Reads go on. The write-ahead file beside
    /// it may add a few MiB. Null: no limit but the disk's. Default: null; from 1 MiB.
    /// </summary>
    [Range(1L << 20, long.MaxValue)]
    public long? MaxStoreBytes { get; init; }

    /// <summary>The settings of the engine <c>Postgres</c>. The engine <c>Sqlite</c> does not read them.</summary>
    public PostgresOptions Postgres { get; init; } = new();

    /// <summary>Faults that no single value shows: those of the settings of PostgreSQL, if that is the engine.</summary>
    public IEnumerable<string> Faults() => Engine == StoreEngine.Postgres ? Postgres.Faults() : [];
}
