using System.Collections.Concurrent;
using Syntha.Storage.Ground;
using Syntha.Storage.Names;
using Syntha.Storage.Sqlite.Files;

namespace Syntha.Storage.Sqlite.OneUser;

/// <summary>
/// Tells of users' files that another program reads and does not let go of. Meanwhile SQLite cannot begin the write-ahead file anew, and it
/// grows. The user is served. Thread-safe.
/// </summary>
internal sealed class HeldFiles(DataFolder folder, ILogger logger)
{
    /// <summary>Beyond so many bytes a write-ahead file is held. Without a foreign reader it has a few mebibytes.</summary>
    public const long MostBytes = 64 << 20;

    // What was told last.
    private readonly ConcurrentDictionary<UserId, long> held = new();

    public int Count => held.Count;

    /// <summary>Looks at the user's write-ahead file. It tells when the file is held, when it is twice as large, and the end.</summary>
    public void Look(UserId user)
    {
        var file = new FileInfo(folder.FileOf(StoreName.Of(user)) + "-wal");
        var bytes = file.Exists ? file.Length : 0;
        if (bytes <= MostBytes)
        {
            if (held.TryRemove(user, out _))
            {
                StorageLog.Released(logger, user);
            }
        }
        else if (!held.TryGetValue(user, out var told) || bytes >= 2 * told)
        {
            held[user] = bytes;
            StorageLog.Held(logger, user, bytes >> 20);
        }
    }

    /// <summary>The user's file is closed.</summary>
    public void Forget(UserId user) => held.TryRemove(user, out _);
}
