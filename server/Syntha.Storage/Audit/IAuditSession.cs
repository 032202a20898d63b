namespace Syntha.Storage.Audit;

/// <summary>A transaction in the audit trail. Both engines run the same statements. For one caller at a time.</summary>
internal interface IAuditSession
{
    Task<int> RunAsync(string sql, object? parameters);

    Task<T?> OneAsync<T>(string sql, object? parameters);

    Task<List<T>> AllAsync<T>(string sql, object? parameters);

    /// <summary>Appends entries, in the engine's own way to insert many rows.</summary>
    Task InsertAsync(IReadOnlyList<AuditRecord> records);
}
