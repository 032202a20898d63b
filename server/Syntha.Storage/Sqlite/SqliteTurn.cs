using System.Text.Json;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using Syntha.Storage.Log;

namespace Syntha.Storage.Sqlite;

/// <summary>A turn to write in a user's file. Everything in it blocks; it runs on a writer thread from beginning to end.</summary>
internal sealed class SqliteTurn(SqliteFile file, SqliteWriter writer, DateTimeOffset now, ILogger logger) : IStoreTransaction
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
            return new(KnownRequests.Find(writer.Statements, ids, Now - RequestsLive, writer.OldestRevision));
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

        if (writer.IsReadOnly)
            throw SqliteErrors.ReadOnly(null);
        var group = new ChangeGroup(commands, writer.OldestRevision);
        var phase = StorePhase.Writing;
        try
        {
            writer.Statements.Run(CommitStatements.Begin);
            Write(commands, group);
            phase = StorePhase.Committing;
            writer.Statements.Run(CommitStatements.Commit);
        }
        catch (Exception exception)
        {
            // Whatever it is, no transaction may stay open behind it.
            throw Fail(SqliteErrors.Translate(exception, phase) ?? SqliteErrors.Down(exception, phase));
        }
        return ValueTask.CompletedTask;
    }

    private void Write(IReadOnlyList<CommittedCommand> commands, ChangeGroup group)
    {
        Expect(1, CommitStatements.MoveHead, ("@head", group.HeadRevision), ("@last", group.LastRevision));
        InsertChanges(commands);
        ExpectAll(group.Replaced, CommitStatements.ReleaseSubjects);
        ExpectAll(group.Forgotten, CommitStatements.ForgetChanges);
        ExpectAll(group.Held, CommitStatements.HoldSubjects);
        if (group.Agents.Count > 0)
            WriteAgents(group.Agents);
    }

    // One statement, but for groups of many megabytes.
    private void InsertChanges(IReadOnlyList<CommittedCommand> commands)
    {
        using var rows = new ChangeRows();
        foreach (var command in commands)
        {
            for (var index = 0; index < command.Changes.Length; index++)
            {
                if (rows.IsFull)
                    Insert(rows);
                rows.Add(command.Changes[index], index == 0 ? command.Request : null);
            }
        }
        Insert(rows);
    }

    private void Insert(ChangeRows rows)
    {
        Expect(rows.Count, CommitStatements.InsertChanges, ("@rows", rows.Complete()), ("@bytes", rows.Bytes));
        rows.Clear();
    }

    private void WriteAgents(IReadOnlyCollection<AgentRecord> agents)
    {
        var kept = agents.Where(agent => !agent.IsEmpty).Select(agent => new[] { agent.Name.Value, StoredAgent.Write(agent) }).ToArray();
        var dropped = agents.Where(agent => agent.IsEmpty).Select(agent => agent.Name.Value).ToArray();
        if (kept.Length > 0)
            Sql.Run(writer.Connection, CommitStatements.KeepAgents, new { agents = JsonSerializer.Serialize(kept, StoredJson.Default.StringArrayArray) });
        if (dropped.Length > 0)
            Sql.Run(writer.Connection, CommitStatements.DropAgents, new { names = JsonSerializer.Serialize(dropped, StoredJson.Default.StringArray) });
    }

    // A statement that touches other rows than the mesh in memory thinks there are: the two went apart. Loading it again heals that.
    private void Expect(int rows, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var touched = writer.Statements.Run(sql, parameters);
        if (touched != rows)
            throw SqliteErrors.Down(
                new InvalidOperationException($"{touched} rows were touched where {rows} were due, by: {sql}"), StorePhase.Writing);
    }

    private void ExpectAll(IReadOnlyCollection<long> places, string sql)
    {
        if (places.Count > 0)
            Expect(places.Count, sql, ("@places", ChangeGroup.ToJson(places)));
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
            if (raw.sqlite3_get_autocommit(writer.Connection.Handle) == 0)
                Sql.Run(writer.Connection, CommitStatements.Rollback);
            return true;
        }
        catch (SqliteException)
        {
            return false;
        }
    }
}
