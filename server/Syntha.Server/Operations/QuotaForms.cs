using System.Collections.Frozen;
using Syntha.Mesh.Quotas;
using Syntha.Storage.Records;
using Syntha.V1;

namespace Syntha.Server.Operations;

/// <summary>Translates quotas between the contract and the server's records.</summary>
internal static class QuotaForms
{
    private const long MaxCallsPerSecond = 1_000_000_000;

    // The fields of Quota by name. Each action takes its field over from the request, or clears it where the request lacks it.
    private static readonly FrozenDictionary<string, Action<Quota, Quota>> Fields =
        new Dictionary<string, Action<Quota, Quota>>(StringComparer.Ordinal)
        {
            ["max_items"] = (to, from) => Set(from.HasMaxItems, () => to.MaxItems = from.MaxItems, to.ClearMaxItems),
            ["max_bytes"] = (to, from) => Set(from.HasMaxBytes, () => to.MaxBytes = from.MaxBytes, to.ClearMaxBytes),
            ["max_agents"] = (to, from) => Set(from.HasMaxAgents, () => to.MaxAgents = from.MaxAgents, to.ClearMaxAgents),
            ["max_topics"] = (to, from) => Set(from.HasMaxTopics, () => to.MaxTopics = from.MaxTopics, to.ClearMaxTopics),
            ["max_streams"] = (to, from) => Set(from.HasMaxStreams, () => to.MaxStreams = from.MaxStreams, to.ClearMaxStreams),
            ["max_value_bytes"] = (to, from) =>
                Set(from.HasMaxValueBytes, () => to.MaxValueBytes = from.MaxValueBytes, to.ClearMaxValueBytes),
            ["calls_per_second"] = (to, from) =>
                Set(from.HasCallsPerSecond, () => to.CallsPerSecond = from.CallsPerSecond, to.ClearCallsPerSecond),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The former quota with the request's changes.</summary>
    /// <exception cref="MeshException">ARGUMENT_INVALID.</exception>
    public static QuotaRecord Update(UserId user, QuotaRecord former, UpdateQuotaRequest request)
    {
        var quota = ToWire(former);
        if (request.UpdateMask is not { } mask)
        {
            // Merging takes the fields that are present and leaves the others.
            quota.MergeFrom(request.Quota ?? new());
            return Parse(user, quota);
        }

        foreach (var path in mask.Paths.SelectMany(path => path == "*" ? Fields.Keys.AsEnumerable() : [path]))
        {
            var take = Fields.GetValueOrDefault(path)
                ?? throw AdministrationForms.Invalid("update_mask", $"A quota has no field '{path}'.");
            take(quota, request.Quota ?? new());
        }
        return Parse(user, quota);
    }

    private static void Set(bool isPresent, Action set, Action clear)
    {
        if (isPresent)
        {
            set();
        }
        else
        {
            clear();
        }
    }

    private static QuotaRecord Parse(UserId user, Quota quota)
    {
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
