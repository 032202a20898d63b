namespace Syntha.Storage.Audit;

/// <summary>Selects entries. Null: any.</summary>
/// <param name="User">Entries about this user. Empty: entries about no user.</param>
/// <param name="From">Entries from this moment on.</param>
/// <param name="Until">Entries before this moment.</param>
/// <param name="Outcome">Entries with this outcome.</param>
/// <param name="Method">Entries of this method.</param>
public sealed record AuditFilter(
    string? User = null, DateTimeOffset? From = null, DateTimeOffset? Until = null, AuditOutcome? Outcome = null, string? Method = null);
