namespace Syntha.Storage.Audit;

/// <summary>A transaction in the audit trail. The statements are the same texts in both engines. For one caller at a time.</summary>
internal interface IAuditSession
{
    Task<int> RunAsync(string sql, object? parameters);

    Task<T?> OneAsync<T>(string sql, object? parameters);

    Task<List<T>> AllAsync<T>(string sql, object? parameters);

    /// <summary>Appends entries, in the way in which the engine takes many.</summary>
    Task InsertAsync(IReadOnlyList<AuditRecord> records);
}
