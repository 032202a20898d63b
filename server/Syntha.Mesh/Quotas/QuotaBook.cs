using System.Collections.Concurrent;

namespace Syntha.Mesh.Quotas;

/// <summary>
/// What each user may hold: the same for all, but for those for whom an operator has set something else. It is asked for each group of
/// commands, so that what is set holds from the next one on. Whoever keeps the overrides durably sets them here, on each node. Thread-safe.
/// </summary>
public sealed class QuotaBook(UserQuotas defaults)
{
    private readonly ConcurrentDictionary<UserId, UserQuotas> exceptions = new();

    public UserQuotas Defaults => defaults;

    public UserQuotas Of(UserId user) => exceptions.GetValueOrDefault(user, defaults);

    /// <param name="user">The user.</param>
    /// <param name="quotas">Null: from now on as for everybody.</param>
    public void Set(UserId user, QuotaOverride? quotas)
    {
        if (quotas is null)
        {
            exceptions.TryRemove(user, out _);
        }
        else
        {
            exceptions[user] = quotas.Over(defaults);
        }
    }
}
