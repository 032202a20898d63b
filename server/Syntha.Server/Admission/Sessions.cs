using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Syntha.Server.Credentials;

namespace Syntha.Server.Admission;

/// <summary>The open connections, and the callers on each. Thread-safe.</summary>
internal sealed class Sessions(TimeProvider time)
{
    private static readonly object Key = new();

    private readonly ConcurrentDictionary<ConnectionCallers, bool> connections = new();

    /// <summary>All callers, in the order of their first calls.</summary>
    public IEnumerable<Caller> All => connections.Keys.SelectMany(Live).OrderBy(caller => caller.Since);

    public int Count => connections.Keys.Sum(connection => Live(connection).Count());

    /// <summary>The callers on the connection of a call.</summary>
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

    /// <summary>Ends a user's callers. Their connections stay open, and the next call on one proves its credential again.</summary>
    public void End(UserId user)
    {
        foreach (var connection in connections.Keys)
        {
            connection.End(user);
        }
    }

    /// <summary>Ends the callers whose credentials are refused from now on, with their streams.</summary>
    public void EndRefused(Erasures erasures)
    {
        foreach (var caller in connections.Keys.SelectMany(connection => connection.All))
        {
            if (caller.Credential is { } credential && erasures.Refuses(credential))
            {
                credential.Revoke();
            }
        }
    }

    // A caller is taken out by its next call after its credential has ended. That call may never come.
    private IEnumerable<Caller> Live(ConnectionCallers connection) => connection.All.Where(caller => !caller.IsEnded(time));
}
