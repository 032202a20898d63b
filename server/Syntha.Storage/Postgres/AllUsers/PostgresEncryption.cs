using Syntha.Storage.Encryption;
using Syntha.Storage.Ground;
using Syntha.Storage.Outcomes;
using Syntha.Storage.Postgres.Connections;
using Syntha.Storage.Postgres.Heads;
using Syntha.Storage.Postgres.OneUser;
using Syntha.Storage.Postgres.Schema;

namespace Syntha.Storage.Postgres.AllUsers;

/// <summary>Encrypts users' schemas, under the lock that their writers take. Thread-safe.</summary>
internal sealed class PostgresEncryption(
    PostgresConnections connections, Func<UserId, PostgresUser> bind, Func<CancellationToken, Task> started, ILogger logger)
    : IUserEncryption
{
    private const string LockHead =
        $"""
        BEGIN;
        SELECT set_config('search_path', @path, true), set_config('lock_timeout', @lockTimeout, true);
        SELECT {HeadRow.Columns} FROM syntha.heads WHERE user_id = @user FOR UPDATE;

        """;

    private const string ReadIdentity = "SELECT user_id, data_keys FROM identity;\n";

    // Transactions beside the log share this lock while they use the keys that they have read.
    private const string LockKeys = $"SELECT pg_advisory_xact_lock({LockClasses.DataKeys}, hashtext(@user));\n";

    private const string Commit = "COMMIT;";

    // A range of the primary key.
    private const string SelectRows =
        """
        SELECT place AS Place, kind AS Kind, subject AS Subject, value AS Value, metadata AS Metadata, sealed AS Sealed,
          request_id AS RequestId, request_hash AS RequestHash
        FROM changes WHERE place > @after AND (kind IN (1, 2) OR request_id IS NOT NULL) ORDER BY place LIMIT @count;
        """;

    // By primary key.
    private const string SetSealed =
        """
        UPDATE changes SET sealed = fresh.sealed, value = NULL, metadata = NULL
        FROM unnest(@places, @sealed) AS fresh (place, sealed) WHERE changes.place = fresh.place;
        """;

    // By primary key.
    private const string SetHashes =
        """
        UPDATE changes SET request_hash = fresh.hash
        FROM unnest(@places, @hashes) AS fresh (place, hash) WHERE changes.place = fresh.place;
        """;

    // Replaced rows would stay in the tables' files in plain until their space is used again. A change of a column's type by an expression
    // writes new files that hold the present rows alone. VACUUM FULL would keep rows that another transaction might still see.
    private const string Rewrite =
        """
        ALTER TABLE changes ALTER COLUMN value TYPE text COLLATE "C" USING value || '';
        ALTER TABLE outcomes ALTER COLUMN error TYPE text COLLATE "C" USING error || '';
        """;

    public Task EncryptAsync(UserId user, CancellationToken cancellationToken) => RunAsync(user, async (session, bound) =>
    {
        var list = await BeginAsync(session, bound, LockHead + LockKeys, cancellationToken);
        if (list is null)
        {
            await SealAllAsync(session, bound.Keys.Create()!, cancellationToken);
        }
        else
        {
            bound.Keys.Read(list);
        }

        await session.RunAsync(Commit, null, cancellationToken);
        if (list is null)
        {
            StorageLog.Encrypted(logger, user);
        }
    }, cancellationToken);

    public Task<DataKeys> ChangeKeysAsync(UserId user, Func<DataKeys, DataKeys> change, CancellationToken cancellationToken) =>
        RunAsync(user, async (session, bound) =>
        {
            var keys = change(bound.Keys.Read(
                await BeginAsync(session, bound, LockHead + LockKeys, cancellationToken))!);
            await session.RunAsync(UserSchemas.SetKeys + Commit, new { keys = keys.Text }, cancellationToken);
            return keys;
        }, cancellationToken);

    public Task<long?> RenewRowsAsync(UserId user, EncryptedPart part, long after, CancellationToken cancellationToken) =>
        RunAsync(user, async (session, bound) =>
        {
            using var cipher = new StoreCipher(bound.Keys.Read(await BeginAsync(session, bound, LockHead, cancellationToken))!);
            var last = part == EncryptedPart.Changes
                ? await SealChangesAsync(session, cipher, after, isPlain: false, cancellationToken)
                : await SealOutcomesAsync(session, cipher, after, isPlain: false, cancellationToken);
            await session.RunAsync(Commit, null, cancellationToken);
            return last;
        }, cancellationToken);

    /// <returns>The user's list of data keys.</returns>
    private static async Task<string?> BeginAsync(
        PostgresSession session, PostgresUser user, string locks, CancellationToken cancellationToken)
    {
        var parameters = new
        {
            path = user.Schema.SearchPath,
            user = user.Id.Value,
            lockTimeout = user.Options.LockMilliseconds,
        };
        await using var rows = await session.ReadAsync(locks + ReadIdentity, parameters, cancellationToken);
        await rows.NextResultAsync(cancellationToken);
        user.Check(await HeadRow.ReadAsync(rows, cancellationToken));
        if (locks != LockHead)
        {
            await rows.NextResultAsync(cancellationToken);
        }

        var list = await user.ReadIdentityAsync(rows, cancellationToken);
        await rows.ToEndAsync(cancellationToken);
        return list;
    }

    private static async Task SealAllAsync(PostgresSession session, DataKeys keys, CancellationToken cancellationToken)
    {
        using var cipher = new StoreCipher(keys);
        for (long? after = -1; after is { } place;)
        {
            after = await SealChangesAsync(session, cipher, place, isPlain: true, cancellationToken);
        }

        for (long? after = -1; after is { } number;)
        {
            after = await SealOutcomesAsync(session, cipher, number, isPlain: true, cancellationToken);
        }

        await session.RunAsync(UserSchemas.SetKeys + Rewrite, new { keys = keys.Text }, cancellationToken);
    }

    private static async Task<long?> SealChangesAsync(
        PostgresSession session, StoreCipher cipher, long after, bool isPlain, CancellationToken cancellationToken)
    {
        var rows = await session.AllAsync<Row>(SelectRows, new { after, count = RenewalBatch.MaxRows }, cancellationToken);
        var changed = rows.Where(row => row.TrySeal(cipher)).ToList();
        if (changed.Count > 0)
        {
            var parameters =
                new { places = changed.Select(row => row.Place).ToArray(), @sealed = changed.Select(row => row.Sealed!).ToArray() };
            await session.RunAsync(SetSealed, parameters, cancellationToken);
        }
        var requests = rows.Where(row => row.RequestId is not null).ToList();
        if (requests.Count > 0)
        {
            var hashes = requests.ConvertAll(row => row.RenewedHash(isPlain ? null : cipher, cipher));
            await session.RunAsync(
                SetHashes, new { places = requests.Select(row => row.Place).ToArray(), hashes = hashes.ToArray() }, cancellationToken);
        }
        return rows.Count == 0 ? null : rows[^1].Place;
    }

    private static async Task<long?> SealOutcomesAsync(
        PostgresSession session, StoreCipher cipher, long after, bool isPlain, CancellationToken cancellationToken)
    {
        var rows = await session.AllAsync<OutcomeRow>(
            OutcomeStatements.Page, new { after, count = RenewalBatch.MaxRows }, cancellationToken);
        foreach (var row in rows)
        {
            var parameters = OutcomeParameters.Texts(row, isPlain ? null : cipher, cipher);
            await session.RunAsync(OutcomeStatements.SetTexts, parameters, cancellationToken);
        }
        return rows.Count == 0 ? null : rows[^1].Number;
    }

    private async Task RunAsync(UserId user, Func<PostgresSession, PostgresUser, Task> work, CancellationToken cancellationToken) =>
        await RunAsync(
            user,
            async (session, bound) =>
            {
                await work(session, bound);
                return true;
            },
            cancellationToken);

    private async Task<T> RunAsync<T>(UserId user, Func<PostgresSession, PostgresUser, Task<T>> work, CancellationToken cancellationToken)
    {
        await started(cancellationToken);
        // As the login: a user's role may append to its log, but not change it.
        var bound = bind(user) with { HasRole = false };
        return await bound.TranslatedAsync(StorePhase.Reading, async () =>
        {
            await using var session = await connections.RentAsync(user, cancellationToken);
            return await work(session, bound);
        });
    }

    private sealed class Row
    {
        public long Place { get; init; }

        public short Kind { get; init; }

        public string Subject { get; init; } = "";

        public string? Value { get; init; }

        public string? Metadata { get; init; }

        public byte[]? Sealed { get; set; }

        public Guid? RequestId { get; init; }

        public Guid? RequestHash { get; init; }

        /// <returns>False: the row is encrypted under the newest key, or holds nothing to encrypt.</returns>
        public bool TrySeal(StoreCipher cipher)
        {
            if (Kind is not ((short)ChangeKind.Created or (short)ChangeKind.Updated))
            {
                return false;
            }

            if (Sealed is not null)
            {
                return cipher.TryRenew(Sealed, Place, Subject);
            }

            if (Value is null)
            {
                return false;
            }

            Sealed = new byte[StoreCipher.SizeOf(Value, Metadata)];
            cipher.Seal(Sealed, Place, Subject, Value, Metadata);
            return true;
        }

        public Guid RenewedHash(StoreCipher? former, StoreCipher cipher) =>
            ChangeColumns.ToGuid(
                Encryption.RequestHash.Renewed(ChangeColumns.ToHash(RequestHash!.Value), RequestId!.Value, former, cipher));
    }
}
