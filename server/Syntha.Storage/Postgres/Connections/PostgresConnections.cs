using Npgsql;
using Syntha.Storage.Ground;
using Syntha.Storage.Options;

namespace Syntha.Storage.Postgres.Connections;

/// <summary>
/// The one pool of connections, for all users. A process of the database keeps, for as long as it lives, some 25 kB about each schema that it
/// has touched. So each user has a connection that is theirs before any other, and a connection that has met many users gives way to a
/// new one. Thread-safe.
/// </summary>
internal sealed class PostgresConnections : IAsyncDisposable
{
    private readonly PostgresLane[] lanes;
    private readonly Lock choosing = new();
    private readonly SemaphoreSlim places;
    private readonly PostgresOptions options;
    private readonly int timeoutSeconds;
    private volatile bool isClosing;

    public PostgresConnections(PostgresOptions options)
    {
        this.options = options;
        timeoutSeconds = (int)Math.Ceiling(options.CommandTimeout.TotalSeconds);
        var address = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            // Each lane opens and renews its one connection.
            MaxPoolSize = 1,
            MinPoolSize = 0,
            // About twenty texts of a few statements, some of them in several copies; what is prepared stays so on its connection.
            MaxAutoPrepare = options.BehindPgBouncer ? 0 : 256,
            AutoPrepareMinUsages = 2,
            // All that is set ends with the transaction that sets it, and Npgsql rolls back one that is left open. There is nothing to be
            // forgotten between two users, and to have it forgotten all the same would cost a quarter of a commit.
            NoResetOnClose = true,
            Multiplexing = false,
            Enlist = false,
            // Detail names rows.
            IncludeErrorDetail = false,
        };
        address.ApplicationName ??= "syntha";
        (Host, Port, Username) = (address.Host!, address.Port, address.Username ?? "");
        Database = address.Database ?? Username;
        lanes = [.. Enumerable.Range(0, options.PoolSize).Select(_ => new PostgresLane(
            NpgsqlDataSource.Create(address), options.BehindPgBouncer ? null : options.UsersPerConnection))];
        places = new(options.PoolSize, options.PoolSize);
    }

    public string Host { get; }

    public int Port { get; }

    public string Database { get; }

    public string Username { get; }

    /// <summary>How many are in use now.</summary>
    public int InUse => options.PoolSize - places.CurrentCount;

    /// <param name="user">Whose schema is to be touched; null: nobody's.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MeshException">STORE_BUSY: all are in use. NODE_DRAINING: the server is closing.</exception>
    /// <exception cref="NpgsqlException">There is no way to the database.</exception>
    public async ValueTask<PostgresSession> RentAsync(UserId? user, CancellationToken cancellationToken)
    {
        // A bound of our own before the pool's, because whose fault a failure is must not be read out of a message.
        if (!await places.WaitAsync(options.MaxWait, cancellationToken))
        {
            throw StoreErrors.Busy(new TimeoutException(
                $"All {options.PoolSize} connections ({PostgresOptions.Section}:{nameof(PostgresOptions.PoolSize)}) were in use " +
                $"for {options.MaxWait}."));
        }
        var lane = Choose(user);
        try
        {
            if (isClosing)
            {
                throw StoreErrors.Draining();
            }

            var connection = await lane.OpenAsync(user, cancellationToken);
            return new(connection, lane.CopyFor(user), timeoutSeconds, () => GiveBack(lane));
        }
        catch
        {
            GiveBack(lane);
            throw;
        }
    }

    /// <summary>Has all connections of now closed, those in use when they are given back.</summary>
    public void Renew()
    {
        foreach (var lane in lanes)
        {
            lane.Renew();
        }
    }

    /// <summary>Waits until all are given back, for as long as a caller would wait for one.</summary>
    public async ValueTask DisposeAsync()
    {
        isClosing = true;
        for (var returned = 0; returned < options.PoolSize; returned++)
        {
            if (!await places.WaitAsync(options.MaxWait))
            {
                break;
            }
        }
        foreach (var lane in lanes)
        {
            await lane.DisposeAsync();
        }
    }

    // The user's own or, while that is in use, the next one that is not: there is one, for whoever has a place.
    private PostgresLane Choose(UserId? user)
    {
        var number = user is { } owner ? (int)((uint)owner.GetHashCode() % (uint)lanes.Length) : 0;
        lock (choosing)
        {
            while (lanes[number].IsTaken)
            {
                number = (number + 1) % lanes.Length;
            }

            lanes[number].IsTaken = true;
        }
        return lanes[number];
    }

    private void GiveBack(PostgresLane lane)
    {
        lock (choosing)
        {
            lane.IsTaken = false;
        }

        places.Release();
    }
}
