using System.Text.Json;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using Syntha.Storage.Log;

namespace Syntha.Storage.Sqlite;

/// <summary>A turn to write in a user's file. Everything in it blocks; it runs on a writer thread from beginning to end.</summary>
internal sealed class SqliteTurn(SqliteFile file, SqliteConnection connection, DateTimeOffset now, ILogger logger) : IStoreTransaction
{
    private static readonly TimeSpan RequestsLive = TimeSpan.FromHours(24);

    private bool committed;

    public DateTimeOffset Now { get; } = StoredTime.Cut(now);

    public ValueTask<IReadOnlyDictionary<Guid, KnownRequest>> FindRequestsAsync(IReadOnlyCollection<Guid> ids)
    {
        if (ids.Count == 0)
            return new(new Dictionary<Guid, KnownRequest>());
        try
        {
            return new(KnownRequests.Find(connection, ids, Now - RequestsLive, file.OldestRevision));
        }
        catch (Exception exception) when (SqliteErrors.Translate(exception, StorePhase.Reading) is { } failure)
        {
            throw Fail(failure);
        }
    }

    public ValueTask CommitAsync(IReadOnlyList<CommittedCommand> commands)
    {
        if (committed)
            throw new InvalidOperationException("A turn commits once.");
        committed = true;
        if (commands.Count == 0)
            return ValueTask.CompletedTask;

        using var group = new ChangeGroup(commands, file.OldestRevision);
        if (raw.sqlite3_db_readonly(connection.Handle, "main") != 0)
            throw SqliteErrors.ReadOnly(null);
        var phase = StorePhase.Writing;
        try
        {
            Sql.Run(connection, CommitStatements.Begin);
            Write(group);
            phase = StorePhase.Committing;
            Sql.Run(connection, CommitStatements.Commit);
        }
        catch (Exception exception)
        {
            // Whatever it is, no transaction may stay open behind it.
            throw Fail(SqliteErrors.Translate(exception, phase) ?? SqliteErrors.Down(exception));
        }
        return ValueTask.CompletedTask;
    }

    private void Write(ChangeGroup group)
    {
        Expect(1, CommitStatements.MoveHead, new { head = group.HeadRevision, last = group.LastRevision });
        Expect(group.Count, CommitStatements.InsertChanges, new GroupParameters(group.Rows, group.Bytes));
        if (group.Replaced.Count > 0)
            Expect(group.Replaced.Count, CommitStatements.ReleaseSubjects, new { places = ChangeGroup.ToJson(group.Replaced) });
        if (group.Forgotten.Count > 0)
            Expect(group.Forgotten.Count, CommitStatements.ForgetChanges, new { places = ChangeGroup.ToJson(group.Forgotten) });
        if (group.Held.Count > 0)
            Expect(group.Held.Count, CommitStatements.HoldSubjects, new { places = ChangeGroup.ToJson(group.Held) });
        if (group.Agents.Count > 0)
            WriteAgents(group.Agents);
    }

    private void WriteAgents(IReadOnlyCollection<AgentRecord> agents)
    {
        var kept = agents.Where(agent => !agent.IsEmpty).Select(agent => new[] { agent.Name.Value, StoredAgent.Write(agent) }).ToArray();
        var dropped = agents.Where(agent => agent.IsEmpty).Select(agent => agent.Name.Value).ToArray();
        if (kept.Length > 0)
            Sql.Run(connection, CommitStatements.KeepAgents, new { agents = JsonSerializer.Serialize(kept, StoredJson.Default.StringArrayArray) });
        if (dropped.Length > 0)
            Sql.Run(connection, CommitStatements.DropAgents, new { names = JsonSerializer.Serialize(dropped, StoredJson.Default.StringArray) });
    }

    // A statement that touches other rows than the mesh in memory thinks there are: the two went apart. Loading it again heals that.
    private void Expect(int rows, string sql, object parameters)
    {
        var touched = Sql.Run(connection, sql, parameters);
        if (touched != rows)
            throw SqliteErrors.Down(new InvalidOperationException($"{touched} rows were touched where {rows} were due, by: {sql}"));
    }

    private MeshException Fail(MeshException failure)
    {
        StorageLog.Failed(logger, failure, file.User);
        if (failure.Reason is ErrorReason.StoreDown or ErrorReason.StoreCorrupt || !TryRollback())
            file.DiscardWriter();
        return failure;
    }

    // SQLite has already rolled back by itself after some failures.
    private bool TryRollback()
    {
        try
        {
            if (raw.sqlite3_get_autocommit(connection.Handle) == 0)
                Sql.Run(connection, CommitStatements.Rollback);
            return true;
        }
        catch (SqliteException)
        {
            return false;
        }
    }
}
