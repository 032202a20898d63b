using System.ComponentModel.DataAnnotations;
using System.Diagnostics.Metrics;
using Syntha.Storage.Audit;
using Syntha.Storage.Encryption;
using Syntha.Storage.Engines;
using Syntha.Storage.Ground;
using Syntha.Storage.Options;
using Syntha.Storage.Postgres.AllUsers;
using Syntha.Storage.Postgres.Connections;
using Syntha.Storage.Postgres.Heads;
using Syntha.Storage.Postgres.OneUser;
using Syntha.Storage.Postgres.Schema;
using Syntha.Storage.Postgres.Server;
using Syntha.Storage.Records;

namespace Syntha.Storage.Postgres;

/// <summary>
/// Postgres is the engine for any number of nodes; it uses its own rooms and the shared ones. All users' stores are schemas of one
/// database, which the nodes share. Thread-safe. Dispose it after the last write.
/// </summary>
internal sealed class PostgresStores : IStorageEngine
{
    private readonly PostgresOptions options;
    private readonly PostgresMigrations steps;
    private readonly MasterKey? master;
    private readonly Func<DateTimeOffset>? clock;
    private readonly DatabaseClock databaseClock;
    private readonly ILogger logger;
    private readonly PostgresConnections connections;
    private readonly UserSchemas schemas;
    private readonly HeadQueries heads;
    private readonly HeadWatch watch;
    private readonly HeadPoll poll;
    private readonly Listener? listener;
    private readonly Lazy<Task> start;
    private readonly CancellationTokenSource stopping = new();
    private Task listening = Task.CompletedTask;
    private int isDisposed;

    /// <param name="options">The database, and how it is used.</param>
    /// <param name="time">The clock by which it waits.</param>
    /// <param name="loggers">The log.</param>
    /// <param name="master">Null: stores are not encrypted.</param>
    /// <exception cref="ValidationException">The options cannot be used. The message tells all faults.</exception>
    public PostgresStores(PostgresOptions options, TimeProvider time, ILoggerFactory loggers, MasterKey? master = null)
        : this(options, time, loggers, PostgresMigrations.Embedded, clock: null, master)
    {
    }

    public PostgresStores(
        PostgresOptions options, TimeProvider time, ILoggerFactory loggers, PostgresMigrations steps, Func<DateTimeOffset>? clock,
        MasterKey? master = null)
    {
        if (options.Faults().ToList() is { Count: > 0 } faults)
        {
            throw new ValidationException(string.Join(' ', faults));
        }

        (this.options, this.steps, this.clock, this.master, databaseClock) = (options, steps, clock, master, new(time));
        logger = loggers.CreateLogger<PostgresStores>();
        connections = new(options);
        schemas = new(connections, steps, options, logger);
        heads = HeadQueries.Over(connections, databaseClock);
        var announcer = new Announcer(connections, logger);
        watch = new(announcer);
        poll = new(connections, watch, options.PollInterval, time, logger);
        listener = options.ListensAt is { } direct ? new(direct, announcer.Node, watch, poll, time, logger) : null;
        start = new(StartOnceAsync);
        Records = new PostgresRecords(connections, StartAsync);
        Audit = new(new PostgresAudit(connections, StartAsync));
        Encryption = new PostgresEncryption(connections, Bind, StartAsync, logger);
    }

    public IServerRecords Records { get; }

    public AuditStore Audit { get; }

    public IUserEncryption Encryption { get; }

    public bool IsShared => true;

    public ICommitRecorder Recorder
    {
        get => schemas.Recorder;
        set => schemas.Recorder = value;
    }

    public TimeProvider Clock => databaseClock;

    /// <summary>For tests that look at what users leave on a connection.</summary>
    internal PostgresConnections Connections => connections;

    /// <summary>
    /// Checks that the database can be used, and migrates all tables. The first call to a store does this too. A server that calls it at
    /// its start learns in time that it cannot serve.
    /// </summary>
    /// <exception cref="StorageUnusableException">The database cannot be used. The message says why, and what to do.</exception>
    public Task StartAsync(CancellationToken cancellationToken) => start.Value.WaitAsync(cancellationToken);

    public async ValueTask<IUserStore?> FindAsync(UserId user, CancellationToken cancellationToken)
    {
        await StartAsync(cancellationToken);
        var store = Bind(user);
        var found = await store.TranslatedAsync(
            StorePhase.Opening, () => schemas.FindAsync(store.Schema, cancellationToken));
        return found ? StoreOf(store) : null;
    }

    public async ValueTask<IUserStore> OpenAsync(UserId user, StoreRight right, CancellationToken cancellationToken)
    {
        await StartAsync(cancellationToken);
        var store = Bind(user);
        await store.TranslatedAsync(StorePhase.Opening, () => schemas.EnsureAsync(store.Schema, store.Keys, right, cancellationToken));
        return StoreOf(store);
    }

    public async Task<bool> DeleteAsync(UserId user, CancellationToken cancellationToken)
    {
        await StartAsync(cancellationToken);
        var store = Bind(user);
        var existed = await store.TranslatedAsync(
            StorePhase.Committing, () => schemas.DropAsync(store.Schema, cancellationToken));
        if (existed)
        {
            watch.Announce(user, HeadWatch.Gone);
        }

        return existed;
    }

    public async Task<IStagedStore> StageAsync(UserId user, StoreRight right, CancellationToken cancellationToken)
    {
        await StartAsync(cancellationToken);
        var store = Bind(user);
        var keys = store.Keys.Create();
        var session = await store.TranslatedAsync(
            StorePhase.Writing, () => schemas.StageAsync(store.Schema, keys, cancellationToken));
        return new PostgresStagedStore(store, keys, right, schemas, session, watch);
    }

    public void AddGauges(Meter meter) => meter.CreateObservableGauge(
        "syntha.connections.used", () => connections.InUse, "{connection}", "Connections to the database that are in use.");

    public async Task<StoreCount> RenewEpochsAsync(IProgress<StoreCount> progress, CancellationToken cancellationToken)
    {
        await StartAsync(cancellationToken);
        try
        {
            return await new PostgresEpochRenewal(connections, options, watch).RunAsync(cancellationToken);
        }
        catch (Exception exception) when (PostgresErrors.Translate(exception, StorePhase.Committing) is { } failure)
        {
            throw failure;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, 1) != 0)
        {
            return;
        }

        await stopping.CancelAsync();
        await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await connections.DisposeAsync();
        stopping.Dispose();
    }

    private PostgresUser Bind(UserId user) =>
        new(new(user), options.RolePerUser, options, steps.LatestUser, clock, databaseClock, new(user, master), logger);

    private PostgresUserStore StoreOf(PostgresUser user) => new(user, connections, heads, watch, logger);

    private async Task StartOnceAsync()
    {
        var installation = new Installation(connections, steps, options, databaseClock, logger);
        await installation.StartAsync(
            user => schemas.BringUpAsync(new(UserId.Trusted(user)), stopping.Token), stopping.Token);
        if (listener is null)
        {
            StorageLog.PollingOnly(logger, options.PollInterval);
        }

        listening = Task.WhenAll(poll.RunAsync(stopping.Token), listener?.RunAsync(stopping.Token) ?? Task.CompletedTask);
    }
}
