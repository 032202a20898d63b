using System.ComponentModel.DataAnnotations;
using Syntha.Mesh.Quotas;

namespace Syntha.Server.Meshes;

/// <summary>
/// How much each user may hold, unless an operator has set another quota for that user. Expired items do not count. A call that would hold
/// more than the quota is refused. Other calls are never refused, even when the quota was lowered below what the user holds. Section
/// <c>Quotas</c>.
/// </summary>
public sealed record QuotaOptions
{
    public const string Section = "Quotas";

    /// <summary>Items. Default: 10,000; from 0.</summary>
    [Range(0, long.MaxValue)]
    public long MaxItems { get; init; } = UserQuotas.Default.MaxItems;

    /// <summary>Bytes of all items: keys, values, metadata, routing and authors in UTF-8. Default: 100 MiB; from 0.</summary>
    [Range(0, long.MaxValue)]
    public long MaxBytes { get; init; } = UserQuotas.Default.MaxBytes;

    /// <summary>
    /// Agents with stored subscriptions, permissions or access. Names in the routing of items do not count. Default: 100; from 0.
    /// </summary>
    [Range(0, long.MaxValue)]
    public long MaxAgents { get; init; } = UserQuotas.Default.MaxAgents;

    /// <summary>Topics that an agent subscribes to or an item carries. Default: 1,000; from 0.</summary>
    [Range(0, long.MaxValue)]
    public long MaxTopics { get; init; } = UserQuotas.Default.MaxTopics;

    internal UserQuotas Quotas => new() { MaxItems = MaxItems, MaxBytes = MaxBytes, MaxAgents = MaxAgents, MaxTopics = MaxTopics };
}
