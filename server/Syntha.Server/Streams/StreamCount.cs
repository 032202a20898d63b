using System.Collections.Concurrent;
using Syntha.Mesh.Quotas;
using Syntha.Server.Calls;

namespace Syntha.Server.Streams;

/// <summary>Counts the live streams of each user. Thread-safe.</summary>
internal sealed class StreamCount(QuotaBook quotas)
{
    private readonly ConcurrentDictionary<UserId, int> counts = new();

    /// <exception cref="MeshException">SUBSCRIPTION_LIMIT.</exception>
    public IDisposable Enter(Caller caller)
    {
        var user = caller.User;
        var limit = quotas.Of(user).MaxStreams;
        var count = counts.AddOrUpdate(user, 1, static (_, present) => present + 1);
        if (count <= limit)
            return new Place(this, caller);
        Leave(user);
        throw MeshException.OverLimit(ErrorReason.SubscriptionLimit, "Too many live streams; close one first", limit, count, "streams");
    }

    /// <summary>Of all users.</summary>
    public int Total => counts.Values.Sum();

    public int Of(UserId user) => counts.GetValueOrDefault(user);

    private void Leave(UserId user)
    {
        // Users without streams leave no entry behind.
        while (counts.TryGetValue(user, out var count))
        {
            if (count == 1 ? counts.TryRemove(new(user, 1)) : counts.TryUpdate(user, count - 1, count))
                return;
        }
    }

    private sealed class Place : IDisposable
    {
        private readonly StreamCount owner;
        private readonly Caller caller;

        public Place(StreamCount owner, Caller caller)
        {
            (this.owner, this.caller) = (owner, caller);
            caller.CountStream(1);
        }

        public void Dispose()
        {
            caller.CountStream(-1);
            owner.Leave(caller.User);
        }
    }
}
