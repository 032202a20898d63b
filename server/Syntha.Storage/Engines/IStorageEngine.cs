using System.Diagnostics.Metrics;
using Syntha.Storage.Audit;
using Syntha.Storage.Encryption;
using Syntha.Storage.Records;

namespace Syntha.Storage.Engines;

/// <summary>
/// Engines says what an engine offers; it uses Records, Audit and Encryption. An engine keeps the users' stores, and beside them the
/// server's own records and the audit trail. Thread-safe. Dispose it after the last write.
/// </summary>
internal interface IStorageEngine : IUserStores, IAsyncDisposable
{
    IServerRecords Records { get; }

    AuditStore Audit { get; }

    /// <summary>Changes the encryption of single stores.</summary>
    IUserEncryption Encryption { get; }

    /// <summary>Checks that the engine can be used, and brings its tables up to date. Only the first call does any work.</summary>
    /// <exception cref="Ground.StorageUnusableException">The engine cannot be used. The message says why, and what to do.</exception>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Adds what the engine counts to the server's meter.</summary>
    void AddGauges(Meter meter);
}
