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
    // The users whose files have a hash as their name, as of the last listing.
    private Dictionary<string, UserId> hashed = new(StringComparer.Ordinal);

    /// <summary>
    /// Users after an id, in the order of ids. Files that cannot be read are left out, because their user is unknown. A listing reads the
    /// names of all folders, and looks into those of the users that it returns.
    /// </summary>
    /// <param name="after">Null: from the beginning.</param>
    /// <param name="count">The most users to return.</param>
    public List<UserId> List(string? after, int count)
    {
        var users = new List<UserId>();
        var stillHashed = new Dictionary<string, UserId>(StringComparer.Ordinal);
        foreach (var name in folder.Names())
        {
            var user = UserId.Trusted(name);
            if (StoreName.Of(user).Value != name)
            {
                if (FindHashed(name) is not { } written)
                {
                    continue;
                }

                stillHashed[name] = user = written;
            }

            if (string.CompareOrdinal(user.Value, after) > 0)
            {
                users.Add(user);
            }
        }
        hashed = stillHashed;
        return [.. users
            .OrderBy(user => user.Value, StringComparer.Ordinal)
            .Where(user => folder.HasOwnFile(StoreName.Of(user).Value))
            .Take(count)];
    }

    private UserId? FindHashed(string name) =>
        hashed.TryGetValue(name, out var user) ? user
        : folder.HasOwnFile(name) && ReadUser(folder.FileOf(name)) is { } written && StoreName.Of(written).Value == name ? written
        : null;

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
