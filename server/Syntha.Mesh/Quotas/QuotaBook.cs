using System.Collections.Concurrent;

namespace Syntha.Mesh.Quotas;

/// <summary>
/// The quotas of each user: the defaults, or what an operator has set for the user. The writer asks for each group of commands, so a new
/// quota holds from the next group on. The keeper of the durable overrides sets them here, on each node. Thread-safe. The room Quotas uses
/// Reading, State and the rooms below them.
/// </summary>
public sealed class QuotaBook(UserQuotas defaults)
{
    private readonly ConcurrentDictionary<UserId, UserQuotas> exceptions = new();

    public UserQuotas Of(UserId user) => exceptions.GetValueOrDefault(user, defaults);

    /// <param name="user">The user.</param>
    /// <param name="quotas">Null: the defaults hold from now on.</param>
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
