using Microsoft.Extensions.Diagnostics.HealthChecks;
using Syntha.Server.Admission;
using Syntha.Server.Audit;
using Syntha.Storage.Encryption;
using Syntha.Storage.Records;

namespace Syntha.Server.Telemetry;

/// <summary>
/// Whether the server can work: its records can be read, its key ring fits the data, and the audit trail can be written. All checks of a
/// second share one look, because everybody may check. The look asks the store by itself, so that it never stands in the way of the mirror
/// that learns of revocations. Thread-safe.
/// </summary>
internal sealed class StoreHealth(
    IServerRecords records, RecordMirror mirror, AuditWriter audit, EncryptionGuard encryption, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan Shared = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private Task<string?>? last;
    private long lastBegan;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await Look().WaitAsync(cancellationToken) is { } fault
            ? new(context.Registration.FailureStatus, fault)
            : HealthCheckResult.Healthy();

    private Task<string?> Look()
    {
        lock (gate)
        {
            if (last is null || (last.IsCompleted && time.GetElapsedTime(lastBegan) >= Shared))
            {
                lastBegan = time.GetTimestamp();
                // On its own, because the caller that comes first may go away first.
                last = Task.Run(LookAsync);
            }

            return last;
        }
    }

    private async Task<string?> LookAsync()
    {
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            await records.ReadAsync(mirror.Revision, patience.Token);
            return await encryption.IsOvertakenAsync(patience.Token)
                ? "The data was encrypted, and this server has no key ring: set Encryption:KeyRingPath and start the server again."
                : audit.IsFailing ? "The audit trail cannot be written."
                : null;
        }
        catch (MeshException failure)
        {
            // Without the cause, because the check's log line would show the inside of the server.
            return failure.Message;
        }
        catch (OperationCanceledException)
        {
            return "The store does not answer.";
        }
    }
}
