using Syntha.Storage.Ground;

namespace Syntha.Storage.Audit;

/// <summary>
/// Audit keeps the audit trail, the same way on both engines; it uses Ground alone. The trail has chains of entries. Entries are only
/// appended at the end of a chain, and removed from its front when they are old. One transaction appends entries and moves the marks of the
/// users from which they come. Thread-safe.
/// </summary>
public sealed class AuditStore
{
    /// <summary>The method of the entry that tells what retention removed from its chain.</summary>
    public const string Retention = "Audit/Retain";

    private readonly IAuditDatabase database;

    internal AuditStore(IAuditDatabase database) => this.database = database;

    /// <summary>The position up to which a user's log is recorded. Null: nothing of it is.</summary>
    /// <exception cref="MeshException">STORE_DOWN, STORE_BUSY, STORE_CORRUPT.</exception>
    public Task<Position?> FindMarkAsync(UserId user, CancellationToken cancellationToken) =>
        database.TransactAsync(StorePhase.Reading, session => FindMarkAsync(session, user), cancellationToken);

    /// <summary>The same, for a recorder of the rest of a log that is about to be erased.</summary>
    /// <exception cref="MeshException">STORE_DOWN, STORE_BUSY, STORE_CORRUPT.</exception>
    public Task<Position?> FindMarkAsync(UserId user, ICommitLog rest, CancellationToken cancellationToken) =>
        TransactAsync(rest, session => FindMarkAsync(session, user), cancellationToken);

    /// <summary>Users with a log that may reach beyond their mark: those after an id, in the order of ids.</summary>
    /// <exception cref="MeshException">STORE_DOWN, STORE_BUSY, STORE_CORRUPT.</exception>
    public Task<IReadOnlyList<UserId>> ListBehindAsync(string after, int count, CancellationToken cancellationToken) =>
        database.ListBehindAsync(after, count, cancellationToken);

    /// <summary>Appends entries and users' commits to a chain, and moves the users' marks, durably and in one transaction.</summary>
    /// <exception cref="MeshException">STORE_FULL, STORE_READ_ONLY, STORE_DOWN, STORE_BUSY, STORE_CORRUPT.</exception>
    public Task<AuditAppend> AppendAsync(
        string chain, IReadOnlyList<AuditEntry> entries, IReadOnlyList<UserCommits> commits, CancellationToken cancellationToken) =>
        database.TransactAsync(StorePhase.Committing, session => AppendAsync(session, chain, entries, commits), cancellationToken);

    /// <summary>Appends the rest of a log that is about to be erased. It is durable no later than the erase.</summary>
    /// <exception cref="MeshException">STORE_FULL, STORE_READ_ONLY, STORE_DOWN, STORE_BUSY, STORE_CORRUPT.</exception>
    public Task<AuditAppend> AppendRestAsync(string chain, UserCommits commits, ICommitLog rest, CancellationToken cancellationToken) =>
        TransactAsync(rest, session => AppendAsync(session, chain, [], [commits]), cancellationToken);

    /// <summary>Lists entries that fit a filter, in the order of time.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="after">The position of the last entry of the previous page. Null: from the beginning of the list.</param>
    /// <param name="isOldestFirst">Whether the list begins with the oldest.</param>
    /// <param name="count">The most entries to return.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MeshException">STORE_DOWN, STORE_BUSY, STORE_CORRUPT.</exception>
    public async Task<IReadOnlyList<AuditRecord>> ListAsync(
        AuditFilter filter, AuditCursor? after, bool isOldestFirst, int count, CancellationToken cancellationToken)
    {
        var place = after ?? new(isOldestFirst ? DateTimeOffset.MinValue : DateTimeOffset.MaxValue, "", 0);
        var parameters = new
        {
            user = filter.User,
            from = StoredTime.ToMicroseconds(filter.From ?? DateTimeOffset.MinValue),
            until = filter.Until is { } until ? StoredTime.ToMicroseconds(until) : long.MaxValue,
            outcome = (int)(filter.Outcome ?? 0),
            method = filter.Method ?? "",
            time = StoredTime.ToMicroseconds(place.Time),
            chain = place.Chain,
            sequence = place.Sequence,
            count,
        };
        var sql = (isOldestFirst, filter.User) switch
        {
            (false, null) => AuditStatements.ListNewest,
            (false, _) => AuditStatements.ListNewestOfUser,
            (true, null) => AuditStatements.ListOldest,
            (true, _) => AuditStatements.ListOldestOfUser,
        };
        return await ListAsync(sql, parameters, cancellationToken);
    }

    /// <summary>Lists a chain's entries in the order in which they were appended.</summary>
    /// <exception cref="MeshException">STORE_DOWN, STORE_BUSY, STORE_CORRUPT.</exception>
    public Task<IReadOnlyList<AuditRecord>> ListChainAsync(string chain, long after, int count, CancellationToken cancellationToken) =>
        ListAsync(AuditStatements.ListChain, new { chain, sequence = after, count }, cancellationToken);

    /// <summary>The ends of all chains, in the order of their names.</summary>
    /// <exception cref="MeshException">STORE_DOWN, STORE_BUSY, STORE_CORRUPT.</exception>
    public Task<IReadOnlyList<AuditHead>> HeadsAsync(CancellationToken cancellationToken) =>
        database.TransactAsync<IReadOnlyList<AuditHead>>(
            StorePhase.Reading,
            async session => (await session.AllAsync<ChainRow>(AuditStatements.SelectHeads, null)).ConvertAll(row => row.ToHead()),
            cancellationToken);

    /// <summary>
    /// Removes entries from the front of a chain: those older than a moment, up to the first younger entry, and those beyond a number.
    /// Appends an entry that tells the number and the hash of the last removed one.
    /// </summary>
    /// <returns>How many entries were removed. If it is as many as asked for, there may be more.</returns>
    /// <exception cref="MeshException">
    /// As <see cref="AppendAsync(string, IReadOnlyList{AuditEntry}, IReadOnlyList{UserCommits}, CancellationToken)"/>.
    /// </exception>
    public Task<int> RetainAsync(
        string chain, DateTimeOffset before, long maxKept, DateTimeOffset now, int maxEntries, CancellationToken cancellationToken) =>
        database.TransactAsync(StorePhase.Committing, async session =>
        {
            var head = await TakeAsync(session, chain);
            var moment = StoredTime.ToMicroseconds(before);
            var front = await session.AllAsync<FrontRow>(AuditStatements.SelectFront, new { chain, count = maxEntries });
            var old = front.TakeWhile(row => row.Time < moment || row.Sequence <= head.Sequence - maxKept).ToList();
            if (old.Count == 0)
            {
                return 0;
            }

            var entry = new AuditEntry
            {
                Time = StoredTime.Cut(now),
                Method = Retention,
                Calls = old.Count,
                KeyHashes = old[^1].Hash,
                Revision = old[^1].Sequence,
            };
            await AppendAsync(session, chain, [entry]);
            await session.RunAsync(AuditStatements.DropFront, new { chain, sequence = old[^1].Sequence });
            return old.Count;
        }, cancellationToken);

    /// <summary>Records, at a clean stop, that the trail has everything that was committed.</summary>
    /// <exception cref="MeshException">STORE_FULL, STORE_READ_ONLY, STORE_DOWN, STORE_BUSY.</exception>
    public Task CompleteAsync() => database.CompleteAsync();

    // Where the log and the trail are in different files, the trail has a transaction of its own, before the log is erased.
    private Task<T> TransactAsync<T>(ICommitLog rest, Func<IAuditSession, Task<T>> work, CancellationToken cancellationToken) =>
        rest is IErasedLog erased
            ? erased.TransactAsync(work, cancellationToken)
            : database.TransactAsync(StorePhase.Committing, work, cancellationToken);

    private async Task<IReadOnlyList<AuditRecord>> ListAsync(string sql, object parameters, CancellationToken cancellationToken) =>
        await database.TransactAsync(
            StorePhase.Reading,
            async session => (await session.AllAsync<AuditRow>(sql, parameters)).ConvertAll(row => row.ToRecord()),
            cancellationToken);

    private static async Task<Position?> FindMarkAsync(IAuditSession session, UserId user) =>
        await session.OneAsync<Mark>(AuditStatements.SelectMark, new { user = user.Value }) is { } mark
            ? new Position(mark.Epoch, mark.Revision)
            : null;

    private static async Task<AuditAppend> AppendAsync(
        IAuditSession session, string chain, IReadOnlyList<AuditEntry> entries, IReadOnlyList<UserCommits> commits)
    {
        var all = new List<AuditEntry>(entries);
        var passed = new List<UserId>();
        // In the same order on every node, so that two nodes never wait for each other.
        foreach (var log in commits.OrderBy(log => log.User.Value, StringComparer.Ordinal))
        {
            if (await TryMoveAsync(session, log))
            {
                all.AddRange(log.Entries);
            }
            else
            {
                passed.Add(log.User);
            }
        }
        return new AuditAppend(all.Count == 0 ? [] : await AppendAsync(session, chain, all), passed);
    }

    private static async Task<bool> TryMoveAsync(IAuditSession session, UserCommits log)
    {
        var (user, through) = (log.User.Value, log.Page.Through);
        var moved = log.Mark is { } mark
            ? await session.RunAsync(AuditStatements.MoveMark, new
            {
                user,
                epoch = through.Epoch,
                revision = through.Revision,
                formerEpoch = mark.Epoch,
                formerRevision = mark.Revision,
            })
            : await session.RunAsync(AuditStatements.SetMark, new { user, epoch = through.Epoch, revision = through.Revision });
        return moved > 0;
    }

    private static async Task<IReadOnlyList<AuditRecord>> AppendAsync(IAuditSession session, string chain, List<AuditEntry> entries)
    {
        var head = await TakeAsync(session, chain);
        var records = new List<AuditRecord>(entries.Count);
        foreach (var entry in entries)
        {
            var sequence = head.Sequence + 1;
            records.Add(new(chain, sequence, entry, AuditHash.Of(head.Hash, chain, sequence, entry)));
            head = records[^1].Head;
        }
        await session.InsertAsync(records);
        await session.RunAsync(AuditStatements.MoveChain, new { chain, sequence = head.Sequence, hash = head.Hash });
        return records;
    }

    private static async Task<AuditHead> TakeAsync(IAuditSession session, string chain) =>
        (await session.OneAsync<ChainRow>(AuditStatements.TakeChain, new { chain, zero = AuditHash.Zero }))!.ToHead();

    private sealed class Mark
    {
        public string Epoch { get; init; } = "";

        public long Revision { get; init; }
    }

    private sealed class ChainRow
    {
        public string Chain { get; init; } = "";

        public long Sequence { get; init; }

        public byte[] Hash { get; init; } = [];

        public AuditHead ToHead() => new(Chain, Sequence, Hash);
    }

    private sealed class FrontRow
    {
        public long Sequence { get; init; }

        public long Time { get; init; }

        public byte[] Hash { get; init; } = [];
    }
}
