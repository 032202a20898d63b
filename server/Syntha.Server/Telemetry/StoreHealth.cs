using Microsoft.Extensions.Diagnostics.HealthChecks;
using Syntha.Server.Admission;
using Syntha.Server.Audit;
using Syntha.Storage.Encryption;

namespace Syntha.Server.Telemetry;

/// <summary>Whether the server can work: its records can be read, its key ring fits the data, and the audit trail can be written.</summary>
internal sealed class StoreHealth(RecordMirror mirror, AuditWriter audit, EncryptionGuard encryption) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await mirror.RefreshAsync(cancellationToken);
            if (await encryption.IsOvertakenAsync(cancellationToken))
            {
                return new(
                    context.Registration.FailureStatus,
                    "The data was encrypted, and this server has no key ring: set Encryption:KeyRingPath and start the server again.");
            }

            return audit.IsFailing
                ? new(context.Registration.FailureStatus, "The audit trail cannot be written.")
                : HealthCheckResult.Healthy();
        }
        catch (MeshException failure)
        {
            // Without the cause, because the check's log line would show the inside of the server.
            return new(context.Registration.FailureStatus, failure.Message);
        }
    }
}
