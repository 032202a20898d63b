using System.Collections.Concurrent;
using Syntha.Mesh.Quotas;
using Syntha.Server.Credentials;
using Syntha.Storage.Records;

namespace Syntha.Server.Admission;

/// <summary>
/// Keeps this node's memory of keys and quotas in step with the records: all of them before the first call is served, later what has
/// changed. What this node writes holds when the write is answered; what another node writes, within <see cref="Interval"/> and one query.
/// </summary>
internal sealed partial class RecordMirror(
    IServerRecords records, KeyRing keys, QuotaBook quotas, RateLimits rates, TimeProvider time, ILogger<RecordMirror> logger) : BackgroundService
{
    // A revoked key is to end its streams within a second, on every node.
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(300);

    private readonly ConcurrentDictionary<UserId, QuotaRecord> settings = new();
    private readonly SemaphoreSlim reading = new(1, 1);
    private long revision;

    /// <summary>What an operator has set for a user.</summary>
    public QuotaRecord QuotaOf(UserId user) => settings.GetValueOrDefault(user) ?? new(user, new(), null);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RefreshAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Takes in what was committed before the call.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await reading.WaitAsync(cancellationToken);
        try
        {
            var changes = await records.ReadAsync(revision, cancellationToken);
            foreach (var key in changes.Keys)
            {
                keys.Apply(key);
            }

            foreach (var quota in changes.Quotas)
            {
                quotas.Set(quota.User, quota.Quotas == new QuotaOverride() ? null : quota.Quotas);
                rates.Set(quota.User, quota.CallsPerSecond);
                settings[quota.User] = quota;
            }
            revision = changes.Revision;
        }
        finally
        {
            reading.Release();
        }
    }

    public override void Dispose()
    {
        reading.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!records.IsShared)
        {
            return;
        }

        var isFailing = false;
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RefreshAsync(stoppingToken);
                isFailing = false;
            }
            catch (MeshException failure)
            {
                // Told when failing begins. Without the database this node serves no data either: each read asks it for the head.
                if (!isFailing)
                {
                    LogUnread(failure);
                }

                isFailing = true;
            }
        }
    }

    [LoggerMessage(3301, LogLevel.Warning, "Keys and quotas that other nodes have changed could not be read; it is tried again")]
    private partial void LogUnread(Exception failure);
}
