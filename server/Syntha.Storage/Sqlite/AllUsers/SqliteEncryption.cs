using Microsoft.Data.Sqlite;
using Syntha.Storage.Encryption;
using Syntha.Storage.Ground;
using Syntha.Storage.Names;
using Syntha.Storage.Outcomes;
using Syntha.Storage.Sqlite.Connections;
using Syntha.Storage.Sqlite.Files;
using Syntha.Storage.Sqlite.OneUser;
using Syntha.Storage.Sqlite.Rows;

namespace Syntha.Storage.Sqlite.AllUsers;

/// <summary>The encryption of users' files. Thread-safe.</summary>
internal sealed class SqliteEncryption(
    Func<UserId, SqliteUserStore> storeOf, SqliteFiles files, UserConnections connections, DataFolder folder, NewStoreFile newFile,
    FileThreads writers, ILogger logger) : IUserEncryption
{
    // A range of the primary key.
    private const string SelectSealed =
        """
        SELECT place, subject, iif(kind IN (1, 2), value, NULL), request_id, request_hash
        FROM changes WHERE place > @after AND (kind IN (1, 2) OR request_id IS NOT NULL) ORDER BY place LIMIT @count;
        """;

    // By primary key.
    private const string SetSealed = "UPDATE changes SET value = @value WHERE place = @place;";

    // By primary key.
    private const string SetHash = "UPDATE changes SET request_hash = @hash WHERE place = @place;";

    public async Task EncryptAsync(UserId user, CancellationToken cancellationToken)
    {
        using var lease = await files.LeaseAsync(user, cancellationToken);
        var file = lease.File;
        await file.AloneAsync(
            () => writers.RunAsync(() =>
            {
                try
                {
                    Encrypt(file);
                    return true;
                }
                catch (Exception exception) when (SqliteErrors.Translate(exception, StorePhase.Opening) is { } failure)
                {
                    throw failure;
                }
            }),
            cancellationToken);
    }

    public Task<DataKeys> ChangeKeysAsync(UserId user, Func<DataKeys, DataKeys> change, CancellationToken cancellationToken) =>
        storeOf(user).ChangeKeysAsync(change, cancellationToken);

    public async Task<long?> RenewRowsAsync(UserId user, EncryptedPart part, long after, CancellationToken cancellationToken) =>
        await storeOf(user).WriteBesideAsync(
            (connection, cipher) =>
                part == EncryptedPart.Changes ? RenewChanges(connection, cipher!, after) : RenewOutcomes(connection, cipher!, after),
            cancellationToken);

    private static long? RenewChanges(SqliteConnection connection, StoreCipher cipher, long after)
    {
        var renewed = new List<(long Place, byte[] Value)>();
        var hashes = new List<(long Place, byte[] Hash)>();
        long? last = null;
        using (var rows = Sql.Read(connection, SelectSealed, new { after, count = RenewalBatch.MaxRows }))
        {
            for (var bytes = 0; bytes < RenewalBatch.MaxBytes && rows.Read();)
            {
                var place = rows.GetInt64(0);
                last = place;
                if (!rows.IsDBNull(2))
                {
                    var stored = rows.GetFieldValue<byte[]>(2);
                    bytes += stored.Length;
                    if (cipher.TryRenew(stored, place, rows.GetString(1)))
                    {
                        renewed.Add((place, stored));
                    }
                }
                if (!rows.IsDBNull(3))
                {
                    hashes.Add((place, RequestHash.Renewed(rows.GetFieldValue<byte[]>(4), rows.GetFieldValue<byte[]>(3), cipher, cipher)));
                }
            }
        }
        foreach (var (place, value) in renewed)
        {
            Sql.Run(connection, SetSealed, new { place, value });
        }

        foreach (var (place, hash) in hashes)
        {
            Sql.Run(connection, SetHash, new { place, hash });
        }

        return last;
    }

    private static long? RenewOutcomes(SqliteConnection connection, StoreCipher cipher, long after)
    {
        var rows = Sql.All<OutcomeRow>(connection, OutcomeStatements.Page, new { after, count = RenewalBatch.MaxRows }).ToList();
        foreach (var row in rows)
        {
            Sql.Run(connection, OutcomeStatements.SetTexts, OutcomeParameters.Texts(row, cipher, cipher));
        }

        return rows.Count == 0 ? null : rows[^1].Number;
    }

    // A new file is filled beside the old one, and takes its place as a whole. Plain data never was in the new file.
    private void Encrypt(SqliteFile file)
    {
        file.Close();
        var name = StoreName.Of(file.User);
        // Opening migrates the file, and closing copies its write-ahead file into the database.
        using (var source = connections.OpenWriter(file.User, keys: null))
        {
            if (DataKeyColumn.ReadText(source.Connection) is { } list)
            {
                file.Keys.Read(list);
                return;
            }
        }
        var stage = folder.StagePath();
        try
        {
            var keys = file.Keys.Create()!;
            folder.CreateStage(stage, newFile.Make(file.User, keys));
            EncryptedCopy.Fill(stage, folder.FileOf(name), keys);
            folder.PutInPlace(stage, name);
            StorageLog.Encrypted(logger, file.User);
        }
        finally
        {
            DataFolder.RemoveStage(stage);
        }
    }
}
