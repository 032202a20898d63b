using System.ComponentModel.DataAnnotations;

namespace Syntha.Storage.Options;

/// <summary>How users' SQLite files are kept. Read once, at start. Section <c>Storage</c>.</summary>
public record SqliteOptions
{
    public const string Section = "Storage";

    /// <summary>
    /// The folder that holds all users' files; made when missing. One process holds it at a time. On a local disk: file locks and syncs of
    /// network file systems are not to be trusted. Default: <c>data</c> in the working directory.
    /// </summary>
    [Required]
    public string DataPath { get; init; } = "data";

    /// <summary>
    /// How many users' stores are open at once, at most. The least recently used idle one is closed for another. Each takes up to six file
    /// descriptors, and the process's limit, read at start, may lower the number. Default: 256; from 1 to 100,000.
    /// </summary>
    [Range(1, 100_000)]
    public int MaxOpenStores { get; init; } = 256;

    /// <summary>After how long without use a store is closed. Default: 5 minutes; from 1 second to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan IdleCloseAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long a call waits, while as many stores are in use as may be open, before it gets STORE_BUSY. Default: 10 seconds; from 100
    /// milliseconds to 5 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How many threads commit, each one user's group at a time. More than cores, because they mostly wait for the disk, which serves many
    /// syncs at once better than one after the other. Default: four for each core, at least 16; from 1 to 1,024.
    /// </summary>
    [Range(1, 1024)]
    public int WriterThreads { get; init; } = Math.Max(16, 4 * Environment.ProcessorCount);

    /// <summary>How many threads load meshes and read logs. Default: two for each core, at least 4; from 1 to 1,024.</summary>
    [Range(1, 1024)]
    public int ReaderThreads { get; init; } = Math.Max(4, 2 * Environment.ProcessorCount);

    /// <summary>
    /// The size of a user's file in bytes at which writes are refused with STORE_FULL; null: no limit but the disk's. Reads go on. The
    /// write-ahead file beside it may add a few MiB. Default: null; from 1 MiB.
    /// </summary>
    [Range(1L << 20, long.MaxValue)]
    public long? MaxStoreBytes { get; init; }
}
