using Npgsql;
using Syntha.Storage.Ground;
using Syntha.Storage.Options;

namespace Syntha.Storage.Postgres.Connections;

/// <summary>
/// Connections rents connections to the database and runs statements on them; it uses Ground, Options and the driver. This type is the one
/// pool, for all users. A process of the database keeps, as long as it lives, some 25 kB about each schema that it has touched. So each
/// user has a preferred connection, and a connection that has met many users is replaced by a new one. Thread-safe.
/// </summary>
internal sealed class PostgresConnections : IAsyncDisposable
{
    // One user has at most a quarter of the connections at a time, and two in any case.
    private const int UserPart = 4;

    private readonly PooledConnection[] pool;
    private readonly UserShares shares;
    // A caller takes its user's share first, then a slot, and then, for a moment, this lock.
    private readonly Lock choosing = new();
    private readonly SemaphoreSlim slots;

    // An import holds its connection for as long as its caller sends. All imports together have a quarter, so that they leave the rest to
    // users. An import takes this first, and no call that holds a connection waits for it.
    private readonly SemaphoreSlim imports;
    private readonly PostgresOptions options;
    private readonly int timeoutSeconds;
    private volatile bool isClosing;

    public PostgresConnections(PostgresOptions options)
    {
        this.options = options;
        timeoutSeconds = (int)Math.Ceiling(options.CommandTimeout.TotalSeconds);
        var address = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            // Each pool of the driver has the one connection that a PooledConnection opens and renews.
            MaxPoolSize = 1,
            MinPoolSize = 0,
            // There are about twenty texts of a few statements each, some of them in several copies. A prepared statement stays so on its
            // connection.
            MaxAutoPrepare = options.BehindPgBouncer ? 0 : 256,
            AutoPrepareMinUsages = 2,
            // Every setting ends with the transaction that makes it, and Npgsql rolls back an open transaction. So nothing is left to reset
            // between two users, and the reset would cost a quarter of a commit.
            NoResetOnClose = true,
            Multiplexing = false,
            Enlist = false,
            // The detail of an error quotes rows.
            IncludeErrorDetail = false,
        };
        address.ApplicationName ??= "syntha";
        (Host, Port, Username) = (address.Host!, address.Port, address.Username ?? "");
        Database = address.Database ?? Username;
        pool = [.. Enumerable.Range(0, options.PoolSize).Select(_ => new PooledConnection(
            NpgsqlDataSource.Create(address), options.BehindPgBouncer ? null : options.UsersPerConnection))];
        slots = new(options.PoolSize, options.PoolSize);
        shares = new(Math.Clamp(options.PoolSize / UserPart, Math.Min(2, options.PoolSize), options.PoolSize));
        imports = new(Math.Max(1, options.PoolSize / UserPart));
    }

    public string Host { get; }

    public int Port { get; }

    public string Database { get; }

    public string Username { get; }

    /// <summary>How many connections are in use now.</summary>
    public int InUse => options.PoolSize - slots.CurrentCount;

    /// <param name="user">The user of the schema that is touched. Null: none is.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MeshException">STORE_BUSY: all connections are in use. NODE_DRAINING: the server is closing.</exception>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async ValueTask<PostgresSession> RentAsync(UserId? user, CancellationToken cancellationToken)
    {
        // A user's calls wait for that user's connections first, so that they do not stand in the line of all users.
        if (user is { } owner && !await shares.TryEnterAsync(owner, options.MaxWait, cancellationToken))
        {
            throw StoreErrors.Busy(new TimeoutException($"All connections that one user may have were in use for {options.MaxWait}."));
        }

        try
        {
            return await RentAnyAsync(user, cancellationToken);
        }
        catch
        {
            Leave(user);
            throw;
        }
    }

    /// <summary>The same for an import, for a user that is about to be made or replaced.</summary>
    /// <exception cref="MeshException">STORE_BUSY: too many imports are under way. And as for other calls.</exception>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async ValueTask<PostgresSession> RentForImportAsync(UserId user, CancellationToken cancellationToken)
    {
        if (!await imports.WaitAsync(options.MaxWait, cancellationToken))
        {
            throw StoreErrors.Busy(new TimeoutException($"All connections for imports were in use for {options.MaxWait}."));
        }

        try
        {
            return (await RentAsync(user, cancellationToken)).Then(() => imports.Release());
        }
        catch
        {
            imports.Release();
            throw;
        }
    }

    private async ValueTask<PostgresSession> RentAnyAsync(UserId? user, CancellationToken cancellationToken)
    {
        // This waits before the driver's pool does, because the reason of a failure must not be read out of the driver's message.
        if (!await slots.WaitAsync(options.MaxWait, cancellationToken))
        {
            throw StoreErrors.Busy(new TimeoutException(
                $"All {options.PoolSize} connections ({PostgresOptions.Section}:{nameof(PostgresOptions.PoolSize)}) were in use " +
                $"for {options.MaxWait}."));
        }
        var pooled = Choose(user);
        try
        {
            if (isClosing)
            {
                throw StoreErrors.Draining();
            }

            var connection = await pooled.OpenAsync(user, cancellationToken);
            return new(connection, pooled.CopyFor(user), timeoutSeconds, () =>
            {
                GiveBack(pooled);
                Leave(user);
            });
        }
        catch
        {
            GiveBack(pooled);
            throw;
        }
    }

    private void Leave(UserId? user)
    {
        if (user is { } owner)
        {
            shares.Leave(owner);
        }
    }

    /// <summary>Closes all present connections. Those in use are closed when they are returned.</summary>
    public void Renew()
    {
        foreach (var pooled in pool)
        {
            pooled.Renew();
        }
    }

    /// <summary>Waits until all connections are returned, as long as a caller would wait for one.</summary>
    public async ValueTask DisposeAsync()
    {
        isClosing = true;
        for (var returned = 0; returned < options.PoolSize; returned++)
        {
            if (!await slots.WaitAsync(options.MaxWait))
            {
                break;
            }
        }
        foreach (var pooled in pool)
        {
            await pooled.DisposeAsync();
        }
    }

    // The user's preferred connection, or the next free one while it is in use. There is a free one, because the caller holds one of the
    // slots.
    private PooledConnection Choose(UserId? user)
    {
        var number = user is { } owner ? (int)((uint)owner.GetHashCode() % (uint)pool.Length) : 0;
        lock (choosing)
        {
            while (pool[number].IsTaken)
            {
                number = (number + 1) % pool.Length;
            }

            pool[number].IsTaken = true;
        }
        return pool[number];
    }

    private void GiveBack(PooledConnection pooled)
    {
        lock (choosing)
        {
            pooled.IsTaken = false;
        }

        slots.Release();
    }
}
