using System.Text.Json;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using Syntha.Storage.Encryption;
using Syntha.Storage.Ground;
using Syntha.Storage.Log;
using Syntha.Storage.Sqlite.Connections;
using Syntha.Storage.Sqlite.Rows;

namespace Syntha.Storage.Sqlite.OneUser;

/// <summary>
/// A transaction of the mesh in a user's file. Everything in it blocks. It runs on a writer thread from beginning to end.
/// </summary>
internal sealed class SqliteStoreTransaction(SqliteFile file, SqliteWriter writer, DateTimeOffset now, ILogger logger) : IStoreTransaction
{
    // A range of the primary key, read only as far as the cut goes.
    private const string SelectOldest =
        $"""
        SELECT place, time, {ChangeSize.OfRow} - CASE WHEN kind IN (1, 2) AND value IS NOT NULL THEN @added ELSE 0 END
        FROM changes WHERE place >= @first ORDER BY place;
        """;

    private bool isSpent;

    public DateTimeOffset Now { get; } = StoredTime.Cut(now);

    public StoreHead Head => new(writer.Head, writer.Log.OldestRevision);

    public ValueTask<ImmutableArray<Change>> ReadChangesAsync(long afterRevision, int maxChanges, long maxBytes)
    {
        try
        {
            return new(LogPage.Read(writer.Statements, file.Keys, afterRevision, maxChanges, maxBytes));
        }
        catch (MeshException refusal) when (refusal.Reason == ErrorReason.HistoryCompacted)
        {
            return ValueTask.FromException<ImmutableArray<Change>>(refusal);
        }
        catch (Exception exception) when (SqliteErrors.Translate(exception, StorePhase.Reading) is { } failure)
        {
            throw Fail(failure);
        }
    }

    public ValueTask<IReadOnlyDictionary<Guid, KnownRequest>> FindRequestsAsync(IReadOnlyCollection<Guid> ids)
    {
        if (ids.Count == 0)
        {
            return new(new Dictionary<Guid, KnownRequest>());
        }

        try
        {
            return new(FindRequests(ids));
        }
        catch (Exception exception) when (SqliteErrors.Translate(exception, StorePhase.Reading) is { } failure)
        {
            throw Fail(failure);
        }
    }

    private Dictionary<Guid, KnownRequest> FindRequests(IReadOnlyCollection<Guid> ids)
    {
        var found = new Dictionary<Guid, KnownRequest>();
        var oldest = StoredPlace.FirstOf(writer.Log.OldestRevision).Value;
        foreach (var id in ids)
        {
            if (writer.Commits.FindRequest(id, Now - RequestIdentity.Lifetime, oldest) is { } known)
            {
                found.Add(id, known);
            }
        }
        return found;
    }

    public ValueTask CommitAsync(IReadOnlyList<CommittedCommand> commands)
    {
        Spend();
        if (commands.Count == 0)
        {
            return ValueTask.CompletedTask;
        }

        if (writer.IsReadOnly)
        {
            throw StoreErrors.ReadOnly(null);
        }

        var group = new ChangeGroup(commands);
        var redacted = 0L;
        Transact(() => redacted = Write(commands, group));
        writer.Log = writer.Log.With(group.Size).With(new(0, -redacted));
        writer.Head = writer.Head with { Revision = group.LastRevision };
        file.Committed(group.Size.Bytes);
        if (group.Redacted.Count > 0)
        {
            Overwriting.Run(writer.Connection, file.User, logger);
        }

        return ValueTask.CompletedTask;
    }

    public LogSize LogSize => writer.Log.Size;

    public ValueTask<LogTrim> TrimAsync(LogLimits limits, int maxChanges)
    {
        Spend();
        if (writer.IsReadOnly)
        {
            throw StoreErrors.ReadOnly(null);
        }

        var cut = FindCut(limits, maxChanges);
        if (cut.Dropped > 0)
        {
            Transact(() => Drop(cut.Kept));
            writer.Log = cut.Kept;
        }
        return new(cut.Trim);
    }

    // Outside of a transaction of SQLite, so a log within its limits takes no lock. No other writer runs meanwhile.
    private LogCut FindCut(LogLimits limits, int maxChanges)
    {
        try
        {
            var cut = new LogCut(writer.Log, limits, Now, maxChanges);
            var first = StoredPlace.FirstOf(writer.Log.OldestRevision).Value;
            using var rows =
                Sql.Read(writer.Connection, SelectOldest, new { first, added = writer.Cipher is null ? 0 : StoreCipher.Overhead });
            while (rows.Read() && cut.TryDrop(rows.GetInt64(0), rows.GetInt64(1), rows.GetInt64(2)))
            {
            }
            return cut;
        }
        catch (Exception exception) when (SqliteErrors.Translate(exception, StorePhase.Reading) is { } failure)
        {
            throw Fail(failure);
        }
    }

    private void Drop(LogExtent kept)
    {
        var former = writer.Log.OldestRevision;
        Sql.Run(writer.Connection, CommitStatements.DropChanges, new
        {
            first = StoredPlace.FirstOf(former).Value,
            last = StoredPlace.LastOf(kept.OldestRevision - 1).Value,
        });
        var moved = Sql.Run(writer.Connection, CommitStatements.MoveOldest, new
        {
            former,
            oldest = kept.OldestRevision,
            changes = kept.Size.Changes,
            bytes = kept.Size.Bytes,
        });
        if (moved != 1)
        {
            throw StoreErrors.Down(
                new InvalidOperationException("The log's oldest revision is not the one in memory."), StorePhase.Writing);
        }
    }

    private void Spend()
    {
        if (isSpent)
        {
            throw new InvalidOperationException("A transaction commits or trims, and does so once.");
        }

        isSpent = true;
    }

    private void Transact(Action write)
    {
        var phase = StorePhase.Writing;
        try
        {
            writer.Commits.Begin();
            write();
            phase = StorePhase.Committing;
            writer.Commits.Commit();
        }
        catch (Exception exception)
        {
            // After any exception, no transaction of SQLite may stay open.
            throw Fail(SqliteErrors.Translate(exception, phase) ?? StoreErrors.Down(exception, phase));
        }
    }

    // Returns by how many bytes the log has shrunk.
    private long Write(IReadOnlyList<CommittedCommand> commands, ChangeGroup group)
    {
        writer.Commits.Write(commands, group);
        if (group.Agents.Count > 0)
        {
            AgentRows.Write(writer.Connection, group.Agents);
        }

        return group.Redacted.Count > 0 ? Redact(group.Redacted) : 0;
    }

    private long Redact(IReadOnlyList<long> redacted)
    {
        var parameters = new
        {
            places = JsonSerializer.Serialize(redacted),
            first = StoredPlace.FirstOf(writer.Log.OldestRevision).Value,
            added = writer.Cipher is null ? 0 : StoreCipher.Overhead,
        };
        var bytes = Sql.One<long>(writer.Connection, CommitStatements.SumRedacted, parameters);
        Sql.Run(writer.Connection, CommitStatements.Redact, parameters);
        RedactAnswers(redacted);
        Sql.Run(writer.Connection, CommitStatements.ShrinkLog, new { bytes });
        return bytes;
    }

    private void RedactAnswers(IReadOnlyList<long> redacted)
    {
        var answers = new List<(long Place, string Answer)>();
        var places = JsonSerializer.Serialize(redacted.Select(RememberedAnswer.PlaceOf).Distinct());
        using (var rows = Sql.Read(writer.Connection, CommitStatements.SelectAnswers, new { places }))
        {
            while (rows.Read())
            {
                answers.Add((rows.GetInt64(0), rows.GetString(1)));
            }
        }

        foreach (var (place, answer) in answers)
        {
            Sql.Run(writer.Connection, CommitStatements.KeepAnswer, new { place, answer = RememberedAnswer.WithoutResults(answer) });
        }
    }

    private MeshException Fail(MeshException failure)
    {
        StorageLog.Failed(logger, failure, file.User);
        if (failure.Reason is ErrorReason.StoreDown or ErrorReason.StoreCorrupt || !TryRollback())
        {
            file.DiscardWriter();
        }

        return failure;
    }

    // After some failures, SQLite has rolled back by itself.
    private bool TryRollback()
    {
        try
        {
            if (raw.sqlite3_get_autocommit(writer.Connection.Handle) == 0)
            {
                Sql.Run(writer.Connection, Sql.Rollback);
            }

            return true;
        }
        catch (SqliteException)
        {
            return false;
        }
    }
}
