using Microsoft.Data.Sqlite;
using Syntha.Mesh.Moving;
using Syntha.Storage.Encryption;
using Syntha.Storage.Ground;
using Syntha.Storage.Log;
using Syntha.Storage.Names;
using Syntha.Storage.Sqlite.Connections;
using Syntha.Storage.Sqlite.Files;
using Syntha.Storage.Sqlite.OneUser;
using Syntha.Storage.Sqlite.Rows;

namespace Syntha.Storage.Sqlite.AllUsers;

/// <summary>A file that is filled beside the users' files, and takes its place among them as a whole. For one caller at a time.</summary>
internal sealed class SqliteStagedStore(
    UserId user, StoreKeys keys, DataFolder folder, NewStoreFile newFile, SqliteFiles files, FileThreads writers,
    Func<SqliteFile, Task> beforePlacingAsync, Func<Exception, MeshException?> translate, ILogger logger)
    : IStagedStore
{
    // No journal and no sync: nothing reads the file before it is whole and synced. If that never happens, it is removed.
    internal const string Settings =
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;";

    private const string MoveHead =
        "UPDATE head SET epoch = lower(hex(randomblob(8))), revision = @revision, oldest_revision = @revision + 1 WHERE only = 1;";

    private readonly string path = folder.StagePath();
    private SqliteConnection? connection;
    private PreparedCommit? statements;
    private StoreCipher? cipher;

    public Task OpenAsync() => RunAsync(() =>
    {
        var own = keys.Create();
        folder.CreateStage(path, newFile.Make(user, own));
        cipher = own is null ? null : new(own);
        connection =
            new(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ConnectionString);
        connection.Open();
        statements = new(connection, cipher);
        Sql.Run(connection, Settings);
        Sql.Run(connection, Sql.Begin);
        return true;
    });

    public Task AddAsync(MeshPart part, CancellationToken cancellationToken) => RunAsync(() =>
    {
        AgentRows.Write(connection!, part.Agents);
        foreach (var change in PartRows.Of(part))
        {
            statements!.Insert(change, null);
            statements.Hold(new StoredPlace(change.Place).Value);
        }

        return true;
    });

    public async Task<Position> PlaceAsync(long revision, bool mayReplace, CancellationToken cancellationToken)
    {
        var position = await RunAsync(() => Complete(revision));
        using var lease = await files.LeaseAsync(user, cancellationToken);
        var file = lease.File;
        await file.AloneAsync(
            async () =>
            {
                await beforePlacingAsync(file);
                return await RunAsync(() => PutInPlace(file, mayReplace));
            },
            cancellationToken);
        return position;
    }

    public async ValueTask DisposeAsync() => await writers.RunAsync(() =>
    {
        Close();
        DataFolder.RemoveStage(path);
        return true;
    });

    private bool PutInPlace(SqliteFile file, bool mayReplace)
    {
        var name = StoreName.Of(user);
        if (!mayReplace && folder.Contains(name))
        {
            throw MeshImport.UserExists();
        }

        file.Close();
        folder.PutInPlace(path, name);
        StorageLog.Imported(logger, user);
        return true;
    }

    private Position Complete(long revision)
    {
        Sql.Run(connection!, MoveHead, new { revision });
        Sql.Run(connection!, Sql.Commit);
        var head = Sql.One<Head>(connection!, Head.Select)!;
        Close();
        return head.Position;
    }

    private void Close()
    {
        cipher?.Dispose();
        statements?.Dispose();
        connection?.Dispose();
        (statements, connection) = (null, null);
    }

    private Task<T> RunAsync<T>(Func<T> work) => writers.RunAsync(() =>
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (translate(exception) is { } failure)
        {
            StorageLog.Failed(logger, failure, user);
            throw failure;
        }
    });
}
