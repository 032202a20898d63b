using Npgsql;

namespace Syntha.Storage.Postgres;

/// <summary>The one pool of connections, for all users. Thread-safe.</summary>
internal sealed class PostgresConnections : IAsyncDisposable
{
    private readonly NpgsqlDataSource source;
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
            MaxPoolSize = options.PoolSize,
            MinPoolSize = 0,
            // There are about twenty texts; what is prepared stays so on its connection, whichever user comes next.
            MaxAutoPrepare = options.BehindPgBouncer ? 0 : 64,
            AutoPrepareMinUsages = 2,
            // Between two users Npgsql has the connection forget all that was set; behind PgBouncer there is none to forget.
            NoResetOnClose = options.BehindPgBouncer,
            Multiplexing = false,
            Enlist = false,
            // Detail names rows.
            IncludeErrorDetail = false,
        };
        address.ApplicationName ??= "syntha";
        (Host, Port, Username) = (address.Host!, address.Port, address.Username ?? "");
        Database = address.Database ?? Username;
        source = NpgsqlDataSource.Create(address);
        places = new(options.PoolSize, options.PoolSize);
    }

    public string Host { get; }

    public int Port { get; }

    public string Database { get; }

    public string Username { get; }

    /// <exception cref="MeshException">STORE_BUSY: all are in use. NODE_DRAINING: the server is closing.</exception>
    /// <exception cref="NpgsqlException">There is no way to the database.</exception>
    public async ValueTask<PostgresSession> RentAsync(CancellationToken cancellationToken)
    {
        // A bound of our own before the pool's, because whose fault a failure is must not be read out of a message.
        if (!await places.WaitAsync(options.MaxWait, cancellationToken).ConfigureAwait(false))
        {
            throw StoreErrors.Busy(new TimeoutException(
                $"All {options.PoolSize} connections ({PostgresOptions.Section}:{nameof(PostgresOptions.PoolSize)}) were in use " +
                $"for {options.MaxWait}."));
        }
        try
        {
            if (isClosing)
                throw StoreErrors.Draining();
            var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            return new(connection, timeoutSeconds, () => places.Release());
        }
        catch
        {
            places.Release();
            throw;
        }
    }

    /// <summary>Has all connections of now closed, those in use when they are given back.</summary>
    public void Renew() => source.Clear();

    /// <summary>Waits until all are given back, for as long as a caller would wait for one.</summary>
    public async ValueTask DisposeAsync()
    {
        isClosing = true;
        for (var returned = 0; returned < options.PoolSize; returned++)
        {
            if (!await places.WaitAsync(options.MaxWait).ConfigureAwait(false))
                break;
        }
        await source.DisposeAsync().ConfigureAwait(false);
    }
}
