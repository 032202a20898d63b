using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Syntha.Server.Admission;
using Syntha.Server.Audit;
using Syntha.Server.Telemetry;
using Syntha.Storage.Encryption;
using Syntha.Storage.Records;

namespace Syntha.Server.Tests.Telemetry;

/// <summary>Health checks cost the store one look a second, however many there are, and hold nothing up (attack 37).</summary>
public sealed class SharedHealthTests(SharedServer server)
{
    [Fact]
    public async Task Checks_ManyAtOnce_ShareOneLook_AndDoNotStandBeforeRevocations()
    {
        var mirror = server.Services.GetRequiredService<RecordMirror>();
        var (records, control) = HeldRecords.Around(server.Services.GetRequiredService<IServerRecords>());
        var health = new StoreHealth(
            records, mirror, server.Services.GetRequiredService<AuditWriter>(), server.Services.GetRequiredService<EncryptionGuard>(),
            TimeProvider.System);
        var context = new HealthCheckContext { Registration = new("store", health, HealthStatus.Unhealthy, null) };

        var checks = Enumerable.Range(0, 1_000).Select(_ => health.CheckHealthAsync(context, CancellationToken.None)).ToArray();
        await control.Asked;
        await mirror.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain(checks, check => check.IsCompleted);
        control.Answer();

        Assert.All(await Task.WhenAll(checks), check => Assert.Equal(HealthStatus.Healthy, check.Status));
        Assert.Equal(1, control.Looks);
    }
}
