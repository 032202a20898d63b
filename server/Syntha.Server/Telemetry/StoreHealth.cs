using Microsoft.Extensions.Diagnostics.HealthChecks;
using Syntha.Server.Admission;
using Syntha.Server.Audit;
using Syntha.Storage.Encryption;

namespace Syntha.Server.Telemetry;

/// <summary>Whether the server can do its work: whether what holds its records, which is where users' data is, answers.</summary>
internal sealed class StoreHealth(RecordMirror mirror, AuditWriter audit, EncryptionGuard encryption) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await mirror.RefreshAsync(cancellationToken);
            if (await encryption.IsOvertakenAsync(cancellationToken))
            {
                return new(context.Registration.FailureStatus, "The data was encrypted, and this server has no key ring: set Encryption:KeyRingPath and start it again.");
            }

            return audit.IsFailing ? new(context.Registration.FailureStatus, "The audit trail cannot be written.") : HealthCheckResult.Healthy();
        }
        catch (MeshException failure)
        {
            // Without the cause: it would be logged with the check, and names the inside.
            return new(context.Registration.FailureStatus, failure.Message);
        }
    }
}
