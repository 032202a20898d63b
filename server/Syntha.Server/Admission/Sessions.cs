using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Syntha.Server.Admission;

/// <summary>The connections that are open, and who calls over each. Thread-safe.</summary>
internal sealed class Sessions(TimeProvider time)
{
    private static readonly object Key = new();

    private readonly ConcurrentDictionary<ConnectionCallers, bool> connections = new();

    /// <summary>All sessions, in the order in which they began.</summary>
    public IEnumerable<Caller> All => connections.Keys.SelectMany(Live).OrderBy(caller => caller.Since);

    public int Count => connections.Keys.Sum(connection => Live(connection).Count());

    /// <summary>Who has called over the connection of this call.</summary>
    public ConnectionCallers On(HttpContext http)
    {
        var items = http.Features.GetRequiredFeature<IConnectionItemsFeature>().Items;
        lock (items)
        {
            if (items.TryGetValue(Key, out var present))
            {
                return (ConnectionCallers)present!;
            }

            var callers = new ConnectionCallers();
            items[Key] = callers;
            connections[callers] = true;
            http.Features.GetRequiredFeature<IConnectionLifetimeFeature>().ConnectionClosed.UnsafeRegister(
                static (state, _) =>
                {
                    var (sessions, closed) = ((Sessions, ConnectionCallers))state!;
                    sessions.connections.TryRemove(closed, out bool _);
                },
                (this, callers));
            return callers;
        }
    }

    /// <summary>Ends a user's sessions: what was proved over the connections that stay open holds no longer, and whoever calls next begins anew.</summary>
    public void End(UserId user)
    {
        foreach (var connection in connections.Keys)
        {
            connection.End(user);
        }
    }

    // A credential that has ended is found out by the next call, which may never come.
    private IEnumerable<Caller> Live(ConnectionCallers connection) => connection.All.Where(caller => !caller.IsEnded(time));
}
