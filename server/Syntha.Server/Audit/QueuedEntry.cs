using Syntha.Storage.Audit;

namespace Syntha.Server.Audit;

/// <summary>An entry that waits to be written, and whoever waits for that.</summary>
internal readonly record struct QueuedEntry(AuditEntry Entry, TaskCompletionSource? Written);
