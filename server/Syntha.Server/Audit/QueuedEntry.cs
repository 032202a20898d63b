using Syntha.Storage.Audit;

namespace Syntha.Server.Audit;

/// <summary>An entry that waits to be written.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Written">Completes when the entry is durable; null: no call waits for that.</param>
internal readonly record struct QueuedEntry(AuditEntry Entry, TaskCompletionSource? Written);
