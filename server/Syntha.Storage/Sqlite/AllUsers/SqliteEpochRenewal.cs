using Microsoft.Data.Sqlite;
using Syntha.Storage.Ground;
using Syntha.Storage.Names;
using Syntha.Storage.Sqlite.Connections;
using Syntha.Storage.Sqlite.Files;
using Syntha.Storage.Sqlite.OneUser;

namespace Syntha.Storage.Sqlite.AllUsers;

/// <summary>Gives users' files new epochs, one after the other. Thread-safe.</summary>
internal sealed class SqliteEpochRenewal(DataFolder folder, SqliteFiles files, FileThreads writers, ILogger logger)
{
    private const int ReportEvery = 100;

    // By primary key. The former epoch stays, so the audit trail goes on from the mark that it has in it.
    private const string SetEpoch =
        "UPDATE head SET former_epoch = epoch, former_revision = revision, epoch = lower(hex(randomblob(8))) WHERE only = 1;";

    private const string SelectUser = "SELECT user_id FROM head WHERE only = 1;";

    public async Task<StoreCount> RunAsync(IProgress<StoreCount> progress, CancellationToken cancellationToken)
    {
        var all = await writers.RunAsync(folder.FilesOfAll);
        var (done, failed) = (0L, 0L);
        foreach (var path in all)
        {
            if (await TryRenewAsync(path, cancellationToken))
            {
                done++;
            }
            else
            {
                failed++;
            }

            if ((done + failed) % ReportEvery == 0)
            {
                progress.Report(new(done, failed, all.Length));
            }
        }
        return new(done, failed, all.Length);
    }

    private async Task<bool> TryRenewAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var user = await writers.RunAsync(() => ReadUser(path));
            using var lease = await files.LeaseAsync(user, cancellationToken);
            var file = lease.File;
            return await file.AloneAsync(
                () => writers.RunAsync(() =>
                {
                    Sql.Run(file.OpenWriter().Connection, SetEpoch);
                    // The open connections know the former epoch.
                    file.Close();
                    return true;
                }),
                cancellationToken);
        }
        catch (Exception failure) when (
            failure is not OperationCanceledException && SqliteErrors.Translate(failure, StorePhase.Opening) is not null)
        {
            StorageLog.EpochKept(logger, failure, Path.GetFileName(Path.GetDirectoryName(path)!));
            return false;
        }
    }

    // A folder's name does not give every user's id. The file is opened again, with all checks, before anything is written.
    private static UserId ReadUser(string path)
    {
        DataFolder.RefuseLink(Path.GetDirectoryName(path)!);
        DataFolder.RefuseLink(path);
        var address = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false };
        using var connection = new SqliteConnection(address.ConnectionString);
        connection.Open();
        var user = UserId.Trusted(Sql.One<string>(connection, SelectUser) ?? throw new FormatException("The file does not name its user."));
        return StoreName.Of(user).Value == Path.GetFileName(Path.GetDirectoryName(path))
            ? user
            : throw new FormatException("The file is the store of another user.");
    }
}
