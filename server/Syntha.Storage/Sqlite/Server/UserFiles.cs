using Microsoft.Data.Sqlite;
using Syntha.Storage.Names;
using Syntha.Storage.Sqlite.Connections;
using Syntha.Storage.Sqlite.Files;
using Syntha.Storage.Sqlite.Rows;

namespace Syntha.Storage.Sqlite.Server;

/// <summary>
/// Lists the users that have a file. If the name of a file is a hash, the file itself names its user, and is read once. For one thread.
/// </summary>
internal sealed class UserFiles(DataFolder folder)
{
    private readonly Dictionary<string, UserId> known = new(StringComparer.Ordinal);

    /// <summary>All users, in no order. Files that cannot be read are left out, because their user is unknown.</summary>
    public IEnumerable<UserId> List()
    {
        foreach (var file in folder.FilesOfAll().Select(path => new FileInfo(path)))
        {
            if (file.LinkTarget is null && file.Directory!.LinkTarget is null && FindUser(file.Directory.Name, file.FullName) is { } user)
            {
                yield return user;
            }
        }
    }

    private UserId? FindUser(string name, string file)
    {
        if (known.TryGetValue(name, out var user))
        {
            return user;
        }

        user = UserId.Trusted(name);
        if (StoreName.Of(user).Value != name)
        {
            if (ReadUser(file) is not { } written || StoreName.Of(written).Value != name)
            {
                return null;
            }

            user = written;
        }
        return known[name] = user;
    }

    private static UserId? ReadUser(string file)
    {
        try
        {
            var address = new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false };
            using var connection = new SqliteConnection(address.ConnectionString);
            connection.Open();
            return Sql.One<Head>(connection, Head.Select) is { } head ? UserId.Trusted(head.User) : null;
        }
        catch (SqliteException)
        {
            return null;
        }
    }
}
