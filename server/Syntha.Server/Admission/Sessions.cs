using Syntha.Server.Credentials;

namespace Syntha.Server.Admission;

/// <summary>The callers on the open connections. Thread-safe.</summary>
internal sealed class Sessions(OpenConnections connections, TimeProvider time)
{
    /// <summary>All callers, in the order of their first calls.</summary>
    public IEnumerable<Caller> All => connections.All.SelectMany(Live).OrderBy(caller => caller.Since);

    public int Count => connections.All.Sum(connection => Live(connection).Count());

    /// <summary>Ends a user's callers. Their connections stay open, and the next call on one proves its credential again.</summary>
    public void End(UserId user)
    {
        foreach (var connection in connections.All)
        {
            connection.Callers.End(user);
        }
    }

    /// <summary>Ends the callers whose credentials are refused from now on, with their streams.</summary>
    public void EndRefused(Erasures erasures)
    {
        foreach (var caller in connections.All.SelectMany(connection => connection.Callers.All))
        {
            if (caller.Credential is { } credential && erasures.Refuses(credential))
            {
                credential.Revoke();
            }
        }
    }

    // A caller is taken out by its next call after its credential has ended. That call may never come.
    private IEnumerable<Caller> Live(OpenConnection connection) => connection.Callers.All.Where(caller => !caller.IsEnded(time));
}
