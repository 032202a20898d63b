using System.Data.Common;
using Syntha.Storage.Encryption;
using Syntha.Storage.Ground;
using Syntha.Storage.Log;
using Syntha.Storage.Postgres.Connections;
using Syntha.Storage.Postgres.Heads;

namespace Syntha.Storage.Postgres.OneUser;

/// <summary>
/// A transaction of the mesh in a user's schema. It holds the lock on the user's head from its beginning to the commit. One round trip
/// begins it, and one commits it. For one caller at a time.
/// </summary>
internal sealed class PostgresStoreTransaction : IStoreTransaction
{
    // How many rows of the log's old end are read in one round trip.
    private const int CutPage = 4_096;

    private readonly PostgresSession session;
    private readonly PostgresUser user;
    private readonly HeadRow head;
    private readonly DataKeys? keys;
    private readonly Dictionary<Guid, KnownRequest> known;
    private readonly IReadOnlySet<Guid> lookedUp;
    private LogExtent log;
    private bool isSpent;

    private PostgresStoreTransaction(
        PostgresSession session, PostgresUser user, HeadRow head, DataKeys? keys, DateTimeOffset now, IReadOnlySet<Guid> lookedUp,
        Dictionary<Guid, KnownRequest> known)
    {
        (this.session, this.user, this.head, this.keys, this.lookedUp, this.known) = (session, user, head, keys, lookedUp, known);
        (Now, Head, log) = (now, head.Head, head.Log);
    }

    public DateTimeOffset Now { get; }

    public StoreHead Head { get; private set; }

    public LogSize LogSize => log.Size;

    /// <summary>Whether values were redacted by its commit.</summary>
    public bool HasRedacted { get; private set; }

    /// <summary>Takes the lock, and looks up the expected requests.</summary>
    public static async ValueTask<PostgresStoreTransaction> BeginAsync(
        PostgresSession session, PostgresUser user, IReadOnlyCollection<Guid> expected, CancellationToken cancellationToken)
    {
        var parameters = new
        {
            path = user.Schema.SearchPath,
            role = user.Schema.Name,
            user = user.Id.Value,
            lockTimeout = user.Options.LockMilliseconds,
            turnTimeout = user.Options.TurnMilliseconds,
            ids = expected.ToArray(),
            oldest = 0L,
        };
        await using var rows = await session.ReadAsync(TransactionStatements.Begin, user.HasRole, parameters, cancellationToken);
        await rows.NextResultAsync(cancellationToken);
        var head = user.Check(await HeadRow.ReadAsync(rows, cancellationToken));
        var keys = await user.CheckIdentityAsync(rows, cancellationToken);
        var shown = StoredTime.FromMicroseconds(rows.GetInt64(2));
        user.DatabaseClock.Hear(shown);
        var now = user.Clock?.Invoke() ?? shown;
        await rows.NextResultAsync(cancellationToken);
        var transaction = new PostgresStoreTransaction(session, user, head, keys, StoredTime.Cut(now), expected.ToHashSet(), []);
        await transaction.ReadRequestsAsync(rows, cancellationToken);
        await rows.ToEndAsync(cancellationToken);
        return transaction;
    }

    public async ValueTask<IReadOnlyDictionary<Guid, KnownRequest>> FindRequestsAsync(IReadOnlyCollection<Guid> ids)
    {
        var missing = ids.Where(id => !lookedUp.Contains(id)).ToArray();
        if (missing.Length > 0)
        {
            Demand(!isSpent, "A transaction that has committed reads no more.");
            await user.TranslatedAsync(StorePhase.Reading, async () =>
            {
                var parameters = new { ids = missing, oldest = StoredPlace.FirstOf(log.OldestRevision).Value };
                await using var rows = await session.ReadAsync(TransactionStatements.FindRequests, parameters, CancellationToken.None);
                await ReadRequestsAsync(rows, CancellationToken.None);
            });
        }
        return ids.Distinct().Where(known.ContainsKey).ToDictionary(id => id, id => known[id]);
    }

    public async ValueTask<ImmutableArray<Change>> ReadChangesAsync(long afterRevision, int maxChanges, long maxBytes)
    {
        Demand(!isSpent, "A transaction that has committed reads no more.");
        if (afterRevision + 1 < log.OldestRevision)
        {
            throw StoreErrors.Compacted(log.OldestRevision, head.Position.Revision);
        }

        if (afterRevision >= head.Position.Revision)
        {
            return [];
        }

        return await user.TranslatedAsync(StorePhase.Reading, async () =>
        {
            var parameters = new { after = StoredPlace.LastOf(afterRevision).Value, maxChanges, maxBytes };
            await using var rows = await session.ReadAsync(ReadStatements.SelectAfter, parameters, CancellationToken.None);
            return await rows.ReadPageAsync(keys, maxChanges, maxBytes, CancellationToken.None);
        });
    }

    public async ValueTask CommitAsync(IReadOnlyList<CommittedCommand> commands)
    {
        Spend();
        if (commands.Count == 0)
        {
            return;
        }

        var group = new ChangeGroup(commands);
        // No other writer moves the head under the lock. Another head means that memory and store differ.
        if (group.HeadRevision != head.Position.Revision)
        {
            throw user.Failed(StoreErrors.Down(
                new InvalidOperationException($"A group begins after {group.HeadRevision} where the head is at {head.Position.Revision}."),
                StorePhase.Writing));
        }

        using var cipher = keys is null ? null : new StoreCipher(keys);
        var rows = new CommitRows(user.Id.Value, group, cipher, StoredPlace.FirstOf(log.OldestRevision).Value);
        await user.TranslatedAsync(StorePhase.Writing, () => InsertAllButTheLastAsync(commands, rows));
        if (group.Redacted.Count > 0)
        {
            await user.TranslatedAsync(StorePhase.Reading, () => RedactAnswersAsync(group.Redacted, rows));
        }

        var statement = (group.Redacted.Count > 0, group.Agents.Count > 0, group.Claims.Count > 0) switch
        {
            (true, _, _) => TransactionStatements.CommitWithRedactions,
            (false, false, false) => TransactionStatements.Commit,
            (false, true, false) => TransactionStatements.CommitWithAgents,
            (false, false, true) => TransactionStatements.CommitWithClaims,
            (false, true, true) => TransactionStatements.CommitWithBoth,
        };
        await user.TranslatedAsync(StorePhase.Committing, () => session.RunAsync(statement, user.HasRole, rows, CancellationToken.None));
        log = log.With(group.Size);
        Head = Head with { Position = Head.Position with { Revision = group.LastRevision } };
        HasRedacted = group.Redacted.Count > 0;
    }

    public async ValueTask<LogTrim> TrimAsync(LogLimits limits, int maxChanges)
    {
        Spend();
        var cut = await user.TranslatedAsync(StorePhase.Reading, () => FindCutAsync(limits, maxChanges));
        if (cut.Dropped == 0)
        {
            return cut.Trim;
        }

        var parameters = new
        {
            user = user.Id.Value,
            first = StoredPlace.FirstOf(log.OldestRevision).Value,
            last = StoredPlace.LastOf(cut.Kept.OldestRevision - 1).Value,
            oldest = cut.Kept.OldestRevision,
            changes = cut.Kept.Size.Changes,
            bytes = cut.Kept.Size.Bytes,
        };
        await user.TranslatedAsync(
            StorePhase.Committing, () => session.RunAsync(TransactionStatements.Trim, user.HasRole, parameters, CancellationToken.None));
        log = cut.Kept;
        Head = Head with { OldestRevision = log.OldestRevision };
        return cut.Trim;
    }

    private async Task RedactAnswersAsync(IReadOnlyList<long> redacted, CommitRows written)
    {
        var (places, answers) = (new List<long>(), new List<string?>());
        var parameters = new { places = redacted.Select(RememberedAnswer.PlaceOf).Distinct().ToArray() };
        await using var rows = await session.ReadAsync(TransactionStatements.SelectAnswers, parameters, CancellationToken.None);
        while (await rows.ReadAsync())
        {
            places.Add(rows.GetInt64(0));
            answers.Add(RememberedAnswer.WithoutResults(rows.GetString(1)));
        }

        (written.AnswerPlaces, written.KeptAnswers) = ([.. places], [.. answers]);
    }

    // A group of many megabytes goes in parts. The last part is left for the statement that commits.
    private async Task InsertAllButTheLastAsync(IReadOnlyList<CommittedCommand> commands, CommitRows rows)
    {
        foreach (var command in commands)
        {
            for (var index = 0; index < command.Changes.Length; index++)
            {
                if (rows.IsFull)
                {
                    await session.RunAsync(TransactionStatements.InsertChanges, rows, CancellationToken.None);
                    rows.Clear();
                }
                rows.Add(command.Changes[index], index == 0 ? command : null);
            }
        }
    }

    private async Task<LogCut> FindCutAsync(LogLimits limits, int maxChanges)
    {
        var cut = new LogCut(log, limits, Now, maxChanges);
        var first = StoredPlace.FirstOf(log.OldestRevision).Value;
        while (true)
        {
            var seen = 0;
            var parameters = new { first, count = CutPage };
            await using var rows = await session.ReadAsync(TransactionStatements.SelectOldest, parameters, CancellationToken.None);
            for (; await rows.ReadAsync(); seen++)
            {
                if (!cut.TryDrop(rows.GetInt64(0), rows.GetInt64(1), rows.GetInt32(2)))
                {
                    return cut;
                }

                first = rows.GetInt64(0) + 1;
            }
            if (seen < CutPage)
            {
                return cut;
            }
        }
    }

    private async ValueTask ReadRequestsAsync(DbDataReader rows, CancellationToken cancellationToken)
    {
        if (!await rows.ReadAsync(cancellationToken))
        {
            return;
        }

        using var cipher = keys is null ? null : new StoreCipher(keys);
        do
        {
            ReadRequest(rows, cipher);
        }
        while (await rows.ReadAsync(cancellationToken));
    }

    private void ReadRequest(DbDataReader rows, StoreCipher? cipher)
    {
        var revision = new StoredPlace(rows.GetInt64(0)).Place.Revision;
        if (revision < log.OldestRevision || StoredTime.FromMicroseconds(rows.GetInt64(1)) < Now - RequestIdentity.Lifetime)
        {
            return;
        }

        var (id, hash) = (rows.GetGuid(2), ChangeColumns.ToHash(rows.GetGuid(3)));
        var request = new RequestRecord(
            id,
            rows.IsDBNull(5) ? null : AgentName.Trusted(rows.GetString(5)),
            rows.GetString(4),
            RequestHash.Open(hash, id, cipher),
            rows.IsDBNull(6) ? null : rows.GetString(6));
        known[id] = new(revision, request);
    }

    private void Spend()
    {
        Demand(!isSpent, "A transaction commits once.");
        isSpent = true;
    }

    private static void Demand(bool condition, string what)
    {
        if (!condition)
        {
            throw new InvalidOperationException(what);
        }
    }
}
