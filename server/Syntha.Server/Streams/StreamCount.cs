using System.Collections.Concurrent;
using Syntha.Mesh.Following;
using Syntha.Mesh.Quotas;
using Syntha.Server.Admission;

namespace Syntha.Server.Streams;

/// <summary>Counts the live streams of each user. Thread-safe.</summary>
internal sealed class StreamCount(QuotaBook quotas)
{
    private readonly ConcurrentDictionary<UserId, int> counts = new();
    private readonly ConcurrentDictionary<MeshFeed, Caller> feeds = new();

    /// <exception cref="MeshException">QUOTA_STREAMS.</exception>
    public Place Enter(Caller caller)
    {
        var user = caller.User;
        var limit = quotas.Of(user).MaxStreams;
        var count = counts.AddOrUpdate(user, 1, static (_, present) => present + 1);
        if (count <= limit)
        {
            return new Place(this, caller);
        }

        Leave(user);
        throw MeshException.OverLimit(ErrorReason.QuotaStreams, "Too many live streams; close one first", limit, count, "streams");
    }

    /// <summary>The live streams of all users.</summary>
    public int Total => counts.Values.Sum();

    /// <summary>How many revisions the slowest stream is behind.</summary>
    public long Lag => feeds.Keys.Select(feed => feed.Lag).DefaultIfEmpty().Max();

    /// <summary>The same for each caller with a stream that is behind.</summary>
    public IReadOnlyDictionary<Caller, long> LagOfCallers()
    {
        var lags = new Dictionary<Caller, long>();
        foreach (var (feed, caller) in feeds)
        {
            if (feed.Lag is > 0 and var lag && lag > lags.GetValueOrDefault(caller))
            {
                lags[caller] = lag;
            }
        }

        return lags;
    }

    public int Of(UserId user) => counts.GetValueOrDefault(user);

    private void Leave(UserId user)
    {
        // Users without streams leave no entry behind.
        while (counts.TryGetValue(user, out var count))
        {
            if (count == 1 ? counts.TryRemove(new(user, 1)) : counts.TryUpdate(user, count - 1, count))
            {
                return;
            }
        }
    }

    /// <summary>A live stream.</summary>
    internal sealed class Place : IDisposable
    {
        private readonly StreamCount owner;
        private readonly Caller caller;
        private MeshFeed? feed;

        internal Place(StreamCount owner, Caller caller)
        {
            (this.owner, this.caller) = (owner, caller);
            caller.CountStream(1);
        }

        /// <summary>Includes the stream in <see cref="Lag"/> until it ends.</summary>
        public void Watch(MeshFeed followed) => owner.feeds[feed = followed] = caller;

        public void Dispose()
        {
            if (feed is not null)
            {
                owner.feeds.TryRemove(feed, out _);
            }

            caller.CountStream(-1);
            owner.Leave(caller.User);
        }
    }
}
