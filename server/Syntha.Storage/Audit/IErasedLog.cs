namespace Syntha.Storage.Audit;

/// <summary>
/// A log that a transaction is about to erase. The transaction reaches the audit trail too, because both are in one database. The rest of
/// the log is recorded in that transaction. For one caller at a time.
/// </summary>
internal interface IErasedLog : ICommitLog
{
    /// <summary>Runs work on the audit trail in the transaction that erases the log. That transaction commits it.</summary>
    /// <exception cref="MeshException">STORE_FULL, STORE_READ_ONLY, STORE_DOWN, STORE_BUSY, STORE_CORRUPT.</exception>
    Task<T> TransactAsync<T>(Func<IAuditSession, Task<T>> work, CancellationToken cancellationToken);
}
