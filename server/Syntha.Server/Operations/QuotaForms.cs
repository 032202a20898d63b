using Syntha.Mesh.Quotas;
using Syntha.Storage.Records;
using Syntha.V1;

namespace Syntha.Server.Operations;

/// <summary>Quotas between the contract's words and the server's.</summary>
internal static class QuotaForms
{
    private const long MaxCallsPerSecond = 1_000_000_000;

    /// <exception cref="MeshException">FILTER_INVALID.</exception>
    public static QuotaRecord FromWire(UserId user, Quota? quota)
    {
        quota ??= new();
        var highestValue = UserQuotas.Default.MaxValueBytes;
        return new(
            user,
            new()
            {
                MaxItems = Number(quota.HasMaxItems, quota.MaxItems, "max_items"),
                MaxBytes = Number(quota.HasMaxBytes, quota.MaxBytes, "max_bytes"),
                MaxAgents = Number(quota.HasMaxAgents, quota.MaxAgents, "max_agents"),
                MaxTopics = Number(quota.HasMaxTopics, quota.MaxTopics, "max_topics"),
                MaxStreams = Number(quota.HasMaxStreams, quota.MaxStreams, "max_streams"),
                MaxValueBytes = Number(quota.HasMaxValueBytes, quota.MaxValueBytes, "max_value_bytes", highest: highestValue),
            },
            Number(quota.HasCallsPerSecond, quota.CallsPerSecond, "calls_per_second", lowest: 1, highest: MaxCallsPerSecond));
    }

    public static Quota ToWire(QuotaRecord record)
    {
        var quota = new Quota();
        if (record.Quotas.MaxItems is { } items)
        {
            quota.MaxItems = items;
        }

        if (record.Quotas.MaxBytes is { } bytes)
        {
            quota.MaxBytes = bytes;
        }

        if (record.Quotas.MaxAgents is { } agents)
        {
            quota.MaxAgents = agents;
        }

        if (record.Quotas.MaxTopics is { } topics)
        {
            quota.MaxTopics = topics;
        }

        if (record.Quotas.MaxStreams is { } streams)
        {
            quota.MaxStreams = streams;
        }

        if (record.Quotas.MaxValueBytes is { } valueBytes)
        {
            quota.MaxValueBytes = valueBytes;
        }

        if (record.CallsPerSecond is { } calls)
        {
            quota.CallsPerSecond = calls;
        }

        return quota;
    }

    public static Quota ToWire(UserQuotas quotas, long callsPerSecond) => new()
    {
        MaxItems = quotas.MaxItems,
        MaxBytes = quotas.MaxBytes,
        MaxAgents = quotas.MaxAgents,
        MaxTopics = quotas.MaxTopics,
        MaxStreams = quotas.MaxStreams,
        MaxValueBytes = quotas.MaxValueBytes,
        CallsPerSecond = callsPerSecond,
    };

    private static long? Number(bool isSet, long number, string field, long lowest = 0, long highest = long.MaxValue)
    {
        if (!isSet)
        {
            return null;
        }

        return number >= lowest && number <= highest
            ? number
            : throw AdministrationForms.Invalid($"quota.{field}", $"{number} is out of range: {lowest} to {highest}.");
    }
}
