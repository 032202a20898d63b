using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Syntha.Mesh.Quotas;
using Syntha.Server.Credentials;
using Syntha.Storage.Records;

namespace Syntha.Server.Admission;

/// <summary>
/// Keeps this node's keys, quotas and erasures equal to the records. It reads all records before the first call, and later those that have
/// changed. A change by this node holds when the write is answered. A change by another node holds within <see cref="Interval"/> and one
/// query.
/// </summary>
internal sealed partial class RecordMirror(
    IServerRecords records, KeyRing keys, Erasures erasures, Sessions sessions, QuotaBook quotas, RateLimits rates,
    IOptions<CredentialOptions> credentials, TimeProvider time, ILogger<RecordMirror> logger)
    : BackgroundService
{
    // A revoked key must end its streams within a second, on every node.
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(300);

    private readonly ConcurrentDictionary<UserId, QuotaRecord> settings = new();
    private readonly SemaphoreSlim reading = new(1, 1);
    private long revision;

    /// <summary>The revision of the records that this node has read.</summary>
    public long Revision => Volatile.Read(ref revision);

    /// <summary>The quotas that an operator has set for a user.</summary>
    public QuotaRecord QuotaOf(UserId user) => settings.GetValueOrDefault(user) ?? QuotaRecord.Usual(user);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RefreshAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Reads what was committed before this call.</summary>
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
            if (changes.Erasures.Count > 0 && credentials.Value.Jwt.Length > 0)
            {
                erasures.Apply(changes.ErasureSecret, changes.Erasures);
                sessions.EndRefused(erasures);
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
            // Every exception: one that left this method would end the server.
            catch (Exception failure) when (failure is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                // Logged once, when it begins. Without the database this node serves no data either, because each read asks for the head.
                if (!isFailing)
                {
                    LogUnread(failure);
                }

                isFailing = true;
            }
        }
    }

    [LoggerMessage(3301, LogLevel.Warning, "Keys and quotas that other nodes have changed could not be read; the server tries again")]
    private partial void LogUnread(Exception failure);
}
