using System.Buffers;
using System.Buffers.Binary;
using Microsoft.Data.Sqlite;
using Syntha.Storage.Encryption;
using Syntha.Storage.Ground;
using Syntha.Storage.Log;
using Syntha.Storage.Sqlite.Connections;

namespace Syntha.Storage.Sqlite.Rows;

/// <summary>
/// The statements of a commit, which stay prepared as long as their connection is open. SQLite is in the process, so a row a step costs
/// less than one statement that must take all rows out of a JSON text. For one thread at a time.
/// </summary>
/// <param name="connection">The connection.</param>
/// <param name="cipher">Null: items are written in plain.</param>
internal sealed class PreparedCommit(SqliteConnection connection, StoreCipher? cipher) : IDisposable
{
    private readonly Dictionary<string, BoundStatement> statements = new(ReferenceEqualityComparer.Instance);
    private BoundStatement? insert;

    // No request id of the log is above it. Null: it was not read yet. Clients give ids in the order of time (UUIDv7), so that nearly all
    // new ones are above it, and need no look at the log.
    private UInt128? highestRequest;

    public void Begin() => Of(Sql.Begin).Run();

    public void Commit() => Of(Sql.Commit).Run();

    public void Write(IReadOnlyList<CommittedCommand> commands, ChangeGroup group)
    {
        MoveHead(group);
        foreach (var command in commands)
        {
            for (var index = 0; index < command.Changes.Length; index++)
            {
                Insert(command.Changes[index], index == 0 ? command : null);
            }
        }

        ForEach(group.Replaced, CommitStatements.ReleaseSubject);
        ForEach(group.Held, CommitStatements.HoldSubject);
        foreach (var claim in group.Claims)
        {
            Write(claim);
        }
    }

    /// <summary>Adds a row to the log.</summary>
    /// <param name="change">The row.</param>
    /// <param name="command">The command, if this is its first row. Else null.</param>
    public void Insert(Change change, CommittedCommand? command)
    {
        insert ??= Of(CommitStatements.InsertChange);
        try
        {
            var place = new StoredPlace(change.Place).Value;
            insert.Bind(1, place);
            insert.Bind(2, (long)change.Kind);
            insert.Bind(3, StoredTime.ToMicroseconds(change.Time));
            insert.BindText(4, change.Subject);
            if (change.Replaces is { } replaced)
            {
                insert.Bind(6, new StoredPlace(replaced).Value);
            }

            insert.BindText(10, change.Actor?.Value);
            BindReaders(7, change.Item?.Readers);
            BindReaders(11, change.Before);
            BindValue(place, change);
            if (command is not null)
            {
                BindCommand(command);
            }
        }
        catch
        {
            insert.Reset();
            throw;
        }
        insert.Run();
    }

    /// <summary>Notes that the row of this place holds its subject.</summary>
    public void Hold(long place) => One(place, CommitStatements.HoldSubject);

    /// <summary>Finds the last command with a request id, among the rows of the log from a place and a time on.</summary>
    public KnownRequest? FindRequest(Guid id, DateTimeOffset since, long oldestPlace)
    {
        if (KnownRequests.NumberOf(id) > (highestRequest ??= ReadHighestRequest()))
        {
            return null;
        }

        var find = Of(KnownRequests.Select);
        try
        {
            Span<byte> bytes = stackalloc byte[KnownRequests.IdBytes];
            id.TryWriteBytes(bytes, bigEndian: true, out _);
            find.Bind(1, bytes);
            find.Bind(2, StoredTime.ToMicroseconds(since));
            find.Bind(3, oldestPlace);
            return find.Step() ? KnownRequests.Read(find, id, cipher) : null;
        }
        finally
        {
            find.Reset();
        }
    }

    public void Dispose()
    {
        foreach (var statement in statements.Values)
        {
            statement.Dispose();
        }

        statements.Clear();
    }

    private UInt128 ReadHighestRequest()
    {
        var select = Of(KnownRequests.SelectHighest);
        try
        {
            return select.Step() ? BinaryPrimitives.ReadUInt128BigEndian(select.GetBytes(0)) : UInt128.Zero;
        }
        finally
        {
            select.Reset();
        }
    }

    private BoundStatement Of(string sql)
    {
        if (!statements.TryGetValue(sql, out var statement))
        {
            statements.Add(sql, statement = new(connection, sql));
        }

        return statement;
    }

    private void Write(ClaimRecord claim)
    {
        var statement = Of(claim.IsEmpty ? CommitStatements.DropClaim : CommitStatements.KeepClaim);
        statement.BindText(1, claim.Name.Value);
        if (!claim.IsEmpty)
        {
            statement.BindText(2, StoredClaim.Write(claim));
        }

        statement.Run();
    }

    private void MoveHead(ChangeGroup group)
    {
        var move = Of(CommitStatements.MoveHead);
        move.Bind(1, group.HeadRevision);
        move.Bind(2, group.LastRevision);
        move.Bind(3, group.Size.Changes);
        move.Bind(4, group.Size.Bytes);
        Demand(move.Run(), CommitStatements.MoveHead);
    }

    private void ForEach(IReadOnlyList<long> places, string sql)
    {
        for (var index = 0; index < places.Count; index++)
        {
            One(places[index], sql);
        }
    }

    private void One(long place, string sql)
    {
        var statement = Of(sql);
        statement.Bind(1, place);
        Demand(statement.Run(), sql);
    }

    // A statement touched other rows than the mesh in memory expects: memory and file differ. Loading the mesh again heals that.
    private static void Demand(int touched, string sql)
    {
        if (touched != 1)
        {
            throw StoreErrors.Down(
                new InvalidOperationException($"{touched} rows were touched where 1 was due, by: {sql}"), StorePhase.Writing);
        }
    }

    // An encrypted item has its value and metadata as one, in the place of the value.
    private void BindValue(long place, Change change)
    {
        if (change.Item is not { } item)
        {
            insert!.BindBytesOf(5, ChangeSize.ValueOf(change));
            return;
        }
        if (item.ExpiresAt is { } expiry)
        {
            insert!.Bind(14, StoredTime.ToMicroseconds(expiry));
        }

        if (cipher is null)
        {
            insert!.BindBytesOf(5, item.ValueJson);
            insert.BindText(15, item.MetadataJson);
            return;
        }
        var size = StoreCipher.SizeOf(item.ValueJson, item.MetadataJson);
        var bytes = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            cipher.Seal(bytes.AsSpan(0, size), place, item.Key.Value, item.ValueJson, item.MetadataJson);
            insert!.Bind(5, bytes.AsSpan(0, size));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private void BindReaders(int first, Readers? readers)
    {
        if (readers is not null)
        {
            insert!.BindText(first, readers.Author?.Value);
            insert.BindText(first + 1, NameList.Write(readers.Topics));
            insert.BindText(first + 2, NameList.Write(readers.Subscribers));
        }
    }

    private void BindCommand(CommittedCommand command)
    {
        insert!.BindText(16, command.Origin?.Method);
        insert.BindText(17, command.Origin?.Credential);
        insert.Bind(18, command.ValueBytes);
        if (command.Request is not { } request)
        {
            return;
        }

        Span<byte> bytes = stackalloc byte[KnownRequests.IdBytes];
        request.Id.TryWriteBytes(bytes, bigEndian: true, out _);
        insert.Bind(19, bytes);
        if (highestRequest < KnownRequests.NumberOf(request.Id))
        {
            highestRequest = KnownRequests.NumberOf(request.Id);
        }

        BinaryPrimitives.WriteUInt128BigEndian(bytes, cipher?.SealHash(request.ContentHash, request.Id) ?? request.ContentHash);
        insert.Bind(20, bytes);
        insert.BindText(21, request.Method);
        insert.BindText(22, request.Caller?.Value);
        insert.BindText(23, request.Answer);
    }
}
