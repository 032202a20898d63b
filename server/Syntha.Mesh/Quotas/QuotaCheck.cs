using System.Globalization;
using Syntha.Mesh.Reading;
using Syntha.Mesh.State;

namespace Syntha.Mesh.Quotas;

/// <summary>
/// Compares the state after a command with the user's quotas. Expired items do not count, even before their expiry is logged. A command
/// that does not enlarge the use of a quota is never refused for that quota: a user above a quota can always remove something.
/// </summary>
internal static class QuotaCheck
{
    /// <param name="quotas">What the user may hold.</param>
    /// <param name="before">The state before the command.</param>
    /// <param name="after">The state after it.</param>
    /// <param name="now">The present moment.</param>
    /// <param name="actor">
    /// The agent that is told. It learns no count, because a count includes what it may not see. Null: the owner.
    /// </param>
    /// <exception cref="MeshException">QUOTA_ITEMS, QUOTA_BYTES, QUOTA_AGENTS, QUOTA_TOPICS, QUOTA_CLAIMS.</exception>
    public static void Demand(UserQuotas quotas, MeshState before, MeshState after, DateTimeOffset now, AgentName? actor)
    {
        try
        {
            Demand(quotas, before, after, now);
        }
        catch (MeshException refusal) when (actor is not null)
        {
            throw WithoutCounts(refusal);
        }
    }

    private static void Demand(UserQuotas quotas, MeshState before, MeshState after, DateTimeOffset now)
    {
        // A state knows its counts, which include items that are due. As long as these are within the quotas, nothing needs to be counted.
        if (after.Items.Count > quotas.MaxItems)
        {
            Demand(ErrorReason.QuotaItems, "items", quotas.MaxItems, Items(before, now), Items(after, now));
        }

        if (after.Bytes > quotas.MaxBytes)
        {
            Demand(ErrorReason.QuotaBytes, "bytes", quotas.MaxBytes, Bytes(before, now), Bytes(after, now));
        }

        if (after.Agents.Count > quotas.MaxAgents)
        {
            Demand(ErrorReason.QuotaAgents, "agents", quotas.MaxAgents, before.Agents.Count, after.Agents.Count);
        }

        if (after.Topics.Count > quotas.MaxTopics)
        {
            Demand(ErrorReason.QuotaTopics, "topics", quotas.MaxTopics, Topics(before, now), Topics(after, now));
        }

        if (after.Claims.Count > ClaimLimits.MaxClaims)
        {
            Demand(ErrorReason.QuotaClaims, "claims", ClaimLimits.MaxClaims, before.Claims.Count, after.Claims.Count);
        }

        if (after.Claims.Bytes > ClaimLimits.MaxBytes)
        {
            Demand(ErrorReason.QuotaClaims, "bytes of claims", ClaimLimits.MaxBytes, before.Claims.Bytes, after.Claims.Bytes);
        }
    }

    /// <summary>The same for a mesh that is new as a whole.</summary>
    /// <exception cref="MeshException">As there.</exception>
    public static void Demand(UserQuotas quotas, long items, long bytes, long agents, long topics)
    {
        Demand(ErrorReason.QuotaItems, "items", quotas.MaxItems, 0, items);
        Demand(ErrorReason.QuotaBytes, "bytes", quotas.MaxBytes, 0, bytes);
        Demand(ErrorReason.QuotaAgents, "agents", quotas.MaxAgents, 0, agents);
        Demand(ErrorReason.QuotaTopics, "topics", quotas.MaxTopics, 0, topics);
    }

    private static void Demand(ErrorReason reason, string quota, long limit, long before, long after)
    {
        if (after <= limit || after <= before)
        {
            return;
        }

        throw new MeshException(reason, string.Create(
            CultureInfo.InvariantCulture,
            $"The user may hold {limit} {quota}, holds {before}, and would hold {after}; " +
            $"remove something, or wait until something expires."))
        {
            Metadata =
            {
                ["quota"] = quota,
                ["limit"] = limit.ToString(CultureInfo.InvariantCulture),
                ["usage"] = before.ToString(CultureInfo.InvariantCulture),
                ["actual"] = after.ToString(CultureInfo.InvariantCulture),
            },
        };
    }

    private static MeshException WithoutCounts(MeshException refusal)
    {
        var (quota, limit) = (refusal.Metadata["quota"], refusal.Metadata["limit"]);
        return new(
            refusal.Reason, $"The user may hold {limit} {quota}, and would hold more; remove something, or wait until something expires.")
        {
            Metadata = { ["quota"] = quota, ["limit"] = limit },
        };
    }

    private static long Items(MeshState state, DateTimeOffset now) => state.Items.Count - state.CountDue(now);

    // What is due is little: the mesh logs an expiry within a moment of its time, and from then on the item does not count.
    private static long Bytes(MeshState state, DateTimeOffset now) => state.Bytes - state.Due(now).Sum(item => item.Bytes);

    private static long Topics(MeshState state, DateTimeOffset now) =>
        TopicLister.Count(state, new MeshView(state, now, null));
}
