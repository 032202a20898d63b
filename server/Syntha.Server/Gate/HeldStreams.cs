using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Syntha.Server.Admission;

namespace Syntha.Server.Gate;

/// <summary>
/// Counts streams that no user's quota counts: watches of health, and reflection. They are bounded for a connection and for the server.
/// Thread-safe.
/// </summary>
internal sealed class HeldStreams(IOptions<ConnectionOptions> options)
{
    private const int Connections = 64;

    private readonly int most = options.Value.MaxWatches;
    private readonly ConditionalWeakTable<OpenConnection, StrongBox<int>> counts = [];
    private int all;

    /// <returns>RATE_LIMITED; null: there is room, and the stream must leave when it ends.</returns>
    public MeshException? Enter(OpenConnection connection)
    {
        var count = counts.GetValue(connection, static _ => new());
        var (onConnection, inAll) = (Interlocked.Increment(ref count.Value), Interlocked.Increment(ref all));
        if (onConnection <= most && inAll <= most * Connections)
        {
            return null;
        }

        Leave(connection);
        return new(ErrorReason.RateLimited, "Too many streams of this kind are open; close one first.")
        {
            RetryAfter = TimeSpan.FromSeconds(30),
        };
    }

    public void Leave(OpenConnection connection)
    {
        Interlocked.Decrement(ref counts.GetValue(connection, static _ => new()).Value);
        Interlocked.Decrement(ref all);
    }
}
