using System.Data.Common;
using Npgsql;
using Syntha.Storage.Encryption;
using Syntha.Storage.Ground;
using Syntha.Storage.Log;
using Syntha.Storage.Postgres.Connections;
using Syntha.Storage.Postgres.Heads;

namespace Syntha.Storage.Postgres.OneUser;

/// <summary>
/// Users is one user's store: reading, writing and loading it; it uses Heads, Schema, Connections and the shared rooms. The store is a
/// schema. It holds no connection; each operation takes one. Thread-safe.
/// </summary>
internal sealed class PostgresUserStore(
    PostgresUser user, PostgresConnections connections, HeadQueries heads, HeadWatch watch, ILogger logger)
    : IUserStore, IDisposable
{
    private const int MaxAttempts = 3;

    private const string LimitRewrite = "SET lock_timeout = '1s';";

    // By primary key. One of several nodes that find the loss at once renews, under the lock that writers take.
    private const string RenewEpoch =
        $"""
        UPDATE syntha.heads SET {HeadRow.NewEpoch} WHERE user_id = @user AND epoch = @epoch AND revision < @revision
        RETURNING epoch AS Epoch, revision AS Revision;
        """;

    // At most one connection of this node waits for the head, and callers get it in the order in which they came. Between nodes, and
    // between two stores of one user, the lock on the head decides.
    private readonly SemaphoreSlim writing = new(1, 1);

    // A hundred streams that resume far back must not take every connection of the node.
    // No caller holds this and the one above together.
    private readonly SemaphoreSlim readingLog = new(2, 2);

    public IOutcomeStore Outcomes => new PostgresOutcomes(this);

    public IStoreHistory History => new PostgresHistory(user, this);

    public ICommitLog Commits => new PostgresCommitLog(this);

    public ValueTask<StoredMesh> LoadAsync(CancellationToken cancellationToken) => ReadAsync(
        ReadStatements.Load,
        new { path = user.Schema.SearchPath, role = user.Schema.Name, user = user.Id.Value },
        (rows, head, keys) => ReadMeshAsync(rows, head, keys, cancellationToken),
        cancellationToken);

    public async ValueTask<ImmutableArray<Change>> ReadChangesAsync(
        long afterRevision, int maxChanges, long maxBytes, CancellationToken cancellationToken)
    {
        await readingLog.WaitAsync(cancellationToken);
        try
        {
            return await ReadPageAsync(afterRevision, maxChanges, maxBytes, cancellationToken);
        }
        finally
        {
            readingLog.Release();
        }
    }

    private ValueTask<ImmutableArray<Change>> ReadPageAsync(
        long afterRevision, int maxChanges, long maxBytes, CancellationToken cancellationToken) => ReadAsync(
            ReadStatements.Page,
            new
            {
                path = user.Schema.SearchPath,
                role = user.Schema.Name,
                user = user.Id.Value,
                after = StoredPlace.LastOf(Math.Min(afterRevision, StoredPlace.MaxRevision)).Value,
                maxChanges,
                maxBytes,
            },
            async (rows, head, keys) => afterRevision + 1 < head.Log.OldestRevision
                ? throw StoreErrors.Compacted(head.Log.OldestRevision, head.Position.Revision)
                : await rows.ReadPageAsync(keys, maxChanges, maxBytes, cancellationToken),
            cancellationToken);

    /// <summary>Reads the past. Such reads share the few connections of those that read the log.</summary>
    /// <exception cref="MeshException">HISTORY_COMPACTED, EPOCH_CHANGED, STORE_CORRUPT, STORE_DOWN, STORE_BUSY.</exception>
    public async ValueTask<T> ReadHistoryAsync<T>(
        PerUserStatement statement, object parameters, Func<DbDataReader, HeadRow, DataKeys?, ValueTask<T>> read,
        CancellationToken cancellationToken)
    {
        await readingLog.WaitAsync(cancellationToken);
        try
        {
            return await ReadAsync(statement, parameters, read, cancellationToken);
        }
        finally
        {
            readingLog.Release();
        }
    }

    public ValueTask<StoreHead> ReadHeadAsync(CancellationToken cancellationToken) =>
        user.TranslatedAsync(StorePhase.Reading, () => heads.ReadAsync(user.Id, cancellationToken));

    public async Task RenewEpochAsync(Position known, CancellationToken cancellationToken)
    {
        var renewed = await user.TranslatedAsync(StorePhase.Committing, async () =>
        {
            await using var session = await connections.RentAsync(user.Id, cancellationToken);
            return await session.OneAsync<RenewedHead>(
                RenewEpoch, new { user = user.Id.Value, epoch = known.Epoch, revision = known.Revision }, cancellationToken);
        });
        if (renewed is not null)
        {
            StorageLog.CommitsLost(logger, user.Id, known.Revision, renewed.Revision);
            watch.Announce(user.Id, new(renewed.Epoch, renewed.Revision));
        }
    }

    public IDisposable Watch(Action moved) => watch.Add(user.Id, moved);

    public Task WriteAsync(Func<IStoreTransaction, ValueTask> work, CancellationToken cancellationToken) =>
        WriteAsync(static () => [], work, cancellationToken);

    public async Task WriteAsync(
        Func<IReadOnlyCollection<Guid>> expectedRequests, Func<IStoreTransaction, ValueTask> work, CancellationToken cancellationToken)
    {
        await writing.WaitAsync(cancellationToken);
        PostgresStoreTransaction? transaction = null;
        Position? before = null;
        try
        {
            (var session, transaction) = await user.TranslatedAsync(
                StorePhase.Reading, () => RetriedAsync(() => BeginAsync(expectedRequests, cancellationToken)));
            await using var rented = session;
            before = transaction.Head.Position;
            await work(transaction);
        }
        finally
        {
            writing.Release();
            // Outside of the transaction, also if the work failed after its commit.
            if (transaction is not null && transaction.Head.Position != before)
            {
                watch.Announce(user.Id, transaction.Head.Position);
            }
        }

        if (transaction.HasRedacted)
        {
            await OverwriteAsync();
        }
    }

    // Redacted values stay in the table's files until their space is used again. The redaction itself is committed and answered by now, so
    // a failure is only told in the log.
    private async Task OverwriteAsync()
    {
        try
        {
            await using var session = await connections.RentAsync(user.Id, CancellationToken.None);
            await RewriteAsync(session);
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException or MeshException or InvalidOperationException)
        {
            // The last of these: the connection has broken, and is not reset.
            StorageLog.NotRewritten(logger, failure, user.Id, user.Schema.RewriteLog);
        }
    }

    // The statement waits for every transaction that has read the table, say a backup, and all calls of the user would wait behind it. It
    // runs in no transaction, so the limit is the session's. A pooler in transaction mode would give it to another session.
    private async Task RewriteAsync(PostgresSession session)
    {
        if (user.Options.BehindPgBouncer)
        {
            await session.RunAsync(user.Schema.RewriteLog, null, CancellationToken.None);
            return;
        }

        await session.RunAsync(LimitRewrite, null, CancellationToken.None);
        try
        {
            await session.RunAsync(user.Schema.RewriteLog, null, CancellationToken.None);
        }
        finally
        {
            await session.RunAsync("RESET lock_timeout;", null, CancellationToken.None);
        }
    }

    /// <summary>Works with data beside the mesh, in a transaction of its own that takes no lock on the head.</summary>
    /// <exception cref="MeshException">STORE_FULL, STORE_READ_ONLY, STORE_DOWN, STORE_BUSY, STORE_CORRUPT.</exception>
    public ValueTask<T> BesideAsync<T>(
        StorePhase phase, Func<PostgresSession, DateTimeOffset, StoreCipher?, Task<T>> work, CancellationToken cancellationToken) =>
        user.TranslatedAsync(phase, () => RetriedAsync(async () =>
        {
            await using var session = await connections.RentAsync(user.Id, cancellationToken);
            var (now, keys) = await BeginBesideAsync(session, cancellationToken);
            using var cipher = keys is null ? null : new StoreCipher(keys);
            var result = await work(session, now, cipher);
            await session.RunAsync(TransactionStatements.CommitBeside, null, cancellationToken);
            return result;
        }));

    private async ValueTask<(DateTimeOffset Now, DataKeys? Keys)> BeginBesideAsync(
        PostgresSession session, CancellationToken cancellationToken)
    {
        var parameters = new { path = user.Schema.SearchPath, role = user.Schema.Name, user = user.Id.Value };
        await using var rows = await session.ReadAsync(
            TransactionStatements.BeginBeside, user.HasRole, parameters, cancellationToken);
        await rows.NextResultAsync(cancellationToken);
        user.Check(await HeadRow.ReadAsync(rows, cancellationToken));
        var keys = await user.CheckIdentityAsync(rows, cancellationToken);
        var now = user.Clock?.Invoke() ?? StoredTime.FromMicroseconds(rows.GetInt64(2));
        await rows.ToEndAsync(cancellationToken);
        return (now, keys);
    }

    /// <summary>Reads the head, and the last position of the former epoch.</summary>
    /// <exception cref="MeshException">EPOCH_CHANGED: there is no head. STORE_DOWN, STORE_BUSY.</exception>
    public ValueTask<(StoreHead Head, Position? Former)> ReadLivesAsync(CancellationToken cancellationToken) =>
        user.TranslatedAsync(StorePhase.Reading, async () =>
        {
            await using var session = await connections.RentAsync(user.Id, cancellationToken);
            await using var rows = await session.ReadAsync(ReadStatements.SelectLives, new { user = user.Id.Value }, cancellationToken);
            return await PostgresCommitLog.ReadLivesAsync(rows, cancellationToken);
        });

    /// <summary>Null: the store has another epoch by now, or its log no longer reaches back so far.</summary>
    public ValueTask<CommitPage?> ReadCommitsAsync(StoreHead known, long after, int maxChanges, CancellationToken cancellationToken) =>
        ReadAsync(
            ReadStatements.Commits,
            new
            {
                path = user.Schema.SearchPath,
                role = user.Schema.Name,
                user = user.Id.Value,
                after = StoredPlace.LastOf(after).Value,
                maxChanges,
            },
            async (rows, head, _) =>
            {
                if (head.Position.Epoch != known.Position.Epoch || after < head.Log.OldestRevision - 1)
                {
                    return null;
                }

                return (CommitPage?)await PostgresCommitLog.ReadPageAsync(rows, head.Head, after, cancellationToken);
            },
            cancellationToken);

    public void Dispose()
    {
        writing.Dispose();
        readingLog.Dispose();
    }

    private async Task<(PostgresSession Session, PostgresStoreTransaction Transaction)> BeginAsync(
        Func<IReadOnlyCollection<Guid>> expectedRequests, CancellationToken cancellationToken)
    {
        var session = await connections.RentAsync(user.Id, cancellationToken);
        try
        {
            return (session, await PostgresStoreTransaction.BeginAsync(session, user, expectedRequests(), cancellationToken));
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    private ValueTask<T> ReadAsync<T>(
        PerUserStatement statement, object parameters, Func<DbDataReader, HeadRow, DataKeys?, ValueTask<T>> read,
        CancellationToken cancellationToken) =>
        user.TranslatedAsync(StorePhase.Reading, () => RetriedAsync(async () =>
        {
            await using var session = await connections.RentAsync(user.Id, cancellationToken);
            await using var rows = await session.ReadAsync(statement, user.HasRole, parameters, cancellationToken);
            await rows.NextResultAsync(cancellationToken);
            var head = user.Check(await HeadRow.ReadAsync(rows, cancellationToken));
            var keys = await user.CheckIdentityAsync(rows, cancellationToken);
            await rows.NextResultAsync(cancellationToken);
            return await read(rows, head, keys);
        }));

    // A backend of PostgreSQL keeps a list of the roles of which its login is a member. If a role is created while the backend makes the
    // list, the list lacks it until the next role is created, and the new user is refused on that connection (seen with 15). New
    // connections have a list of their own.
    private async Task<T> RetriedAsync<T>(Func<Task<T>> work)
    {
        string? epoch = null;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await work();
            }
            catch (PostgresException refused) when (
                user.HasRole && refused.SqlState == PostgresErrorCodes.InsufficientPrivilege && attempt < MaxAttempts)
            {
                connections.Renew();
            }
            catch (PostgresException missing) when (
                missing.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidParameterValue)
            {
                // No tables, or no role: the user was erased, or erased and made anew since this began, perhaps more than once. But if the
                // store still has the same epoch, it lacks what it should have.
                var head = await heads.ReadAsync(user.Id, CancellationToken.None);
                if (head == StoreHead.Empty)
                {
                    throw StoreErrors.Gone();
                }

                if (head.Position.Epoch == epoch)
                {
                    throw;
                }

                epoch = head.Position.Epoch;
            }
        }
    }

    private static async ValueTask<StoredMesh> ReadMeshAsync(
        DbDataReader rows, HeadRow head, DataKeys? keys, CancellationToken cancellationToken)
    {
        await rows.ReadAsync(cancellationToken);
        if (!rows.IsDBNull(0) && new StoredPlace(rows.GetInt64(0)).Place.Revision > head.Position.Revision)
        {
            throw new FormatException("The log reaches beyond the head.");
        }

        await rows.NextResultAsync(cancellationToken);
        var mesh = new StoredMeshBuilder();
        using var cipher = keys is null ? null : new StoreCipher(keys);
        var changes = new ChangeReader(new DriverRow(rows), cipher, ChangeReader.BehindColumns);
        while (await rows.ReadAsync(cancellationToken))
        {
            mesh.Add(changes.Read());
        }

        await rows.NextResultAsync(cancellationToken);
        var agents = new List<AgentRecord>();
        while (await rows.ReadAsync(cancellationToken))
        {
            agents.Add(StoredAgent.Read(rows.GetString(0), rows.GetString(1)));
        }

        await rows.NextResultAsync(cancellationToken);
        var claims = new List<ClaimRecord>();
        while (await rows.ReadAsync(cancellationToken))
        {
            claims.Add(StoredClaim.Read(rows.GetString(0), rows.GetString(1)).Claim);
        }

        await rows.ToEndAsync(cancellationToken);
        return mesh.ToMesh(head.Position, head.Log.OldestRevision, agents, claims);
    }

    private sealed record RenewedHead(string Epoch, long Revision);
}
