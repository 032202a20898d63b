namespace Syntha.Storage.Audit;

/// <summary>Which entries are asked for; what is null is not asked about.</summary>
/// <param name="User">About this user; empty: about none.</param>
/// <param name="From">From this moment on.</param>
/// <param name="Until">Before this moment.</param>
/// <param name="Outcome">With this outcome.</param>
/// <param name="Method">Of this method.</param>
public sealed record AuditFilter(
    string? User = null, DateTimeOffset? From = null, DateTimeOffset? Until = null, AuditOutcome? Outcome = null, string? Method = null);
