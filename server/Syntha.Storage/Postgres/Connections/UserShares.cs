namespace Syntha.Storage.Postgres.Connections;

/// <summary>
/// How many of the node's connections one user has at a time. A user's further calls wait for that user's other calls, and leave the rest
/// of the connections to the other users. Thread-safe.
/// </summary>
internal sealed class UserShares(int most)
{
    private readonly Lock sharing = new();
    private readonly Dictionary<UserId, Share> shares = [];

    /// <summary>The users with a connection, or who wait for one.</summary>
    public int Users
    {
        get
        {
            lock (sharing)
            {
                return shares.Count;
            }
        }
    }

    /// <summary>Waits for one of the user's connections. False: none was free in time.</summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public async ValueTask<bool> TryEnterAsync(UserId user, TimeSpan maxWait, CancellationToken cancellationToken)
    {
        var share = Join(user);
        var isFree = false;
        try
        {
            isFree = await share.Free.WaitAsync(maxWait, cancellationToken);
        }
        finally
        {
            if (!isFree)
            {
                Quit(user, share);
            }
        }
        return isFree;
    }

    /// <summary>Gives the connection to the user's next call.</summary>
    public void Leave(UserId user)
    {
        Share share;
        lock (sharing)
        {
            share = shares[user];
        }
        share.Free.Release();
        Quit(user, share);
    }

    private Share Join(UserId user)
    {
        lock (sharing)
        {
            if (!shares.TryGetValue(user, out var share))
            {
                shares[user] = share = new(most);
            }

            share.Calls++;
            return share;
        }
    }

    private void Quit(UserId user, Share share)
    {
        lock (sharing)
        {
            if (--share.Calls == 0)
            {
                shares.Remove(user);
            }
        }
    }

    private sealed class Share(int most)
    {
        // It has no handle unless one is asked for.
        public SemaphoreSlim Free { get; } = new(most, most);

        public int Calls { get; set; }
    }
}
