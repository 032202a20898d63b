namespace Syntha.Storage.Postgres.Heads;

/// <summary>
/// Heads knows how far other nodes have moved users' heads, and the database's clock; it uses Connections and the shared rooms. This type
/// tells meshes that their users' heads moved: by what other nodes announce, and by a poll, which misses nothing. It remembers what each
/// mesh may know already, so a node's own commits wake no mesh. Thread-safe.
/// </summary>
internal sealed class HeadWatch(Announcer announcer)
{
    /// <summary>The announcement of an erased user: a position of no store. So every node that watches the user looks.</summary>
    public static readonly Position Gone = new("-", 0);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Watched> users = [];

    /// <summary>The users of which the heads are polled.</summary>
    public string[] Users
    {
        get
        {
            lock (gate)
            {
                return [.. users.Keys];
            }
        }
    }

    public IDisposable Add(UserId user, Action moved)
    {
        lock (gate)
        {
            // The next poll tells what happened between the loading of the mesh and this moment.
            if (!users.TryGetValue(user.Value, out var watched))
            {
                users.Add(user.Value, watched = new());
            }

            watched.Seen = null;
            var entry = new Entry(this, user.Value, moved);
            watched.Entries = watched.Entries.Add(entry);
            return entry;
        }
    }

    /// <summary>Announces a commit of this node.</summary>
    public void Announce(UserId user, Position position)
    {
        lock (gate)
        {
            // A writer reads the log to its end under the lock before it commits. So the mesh knows everything below the commit.
            if (users.TryGetValue(user.Value, out var watched) && watched.Seen is { } seen &&
                seen.Epoch == position.Epoch && seen.Revision < position.Revision)
            {
                watched.Seen = position;
            }
        }
        announcer.Announce(user.Value, position);
    }

    /// <summary>Takes a head that was announced or polled.</summary>
    /// <param name="user">The user.</param>
    /// <param name="position">The head. An announcement may come late, so a lower head than before means nothing.</param>
    /// <param name="isPolled">True: a lower head may mean that the database has lost commits.</param>
    public void Hear(string user, Position position, bool isPolled = false)
    {
        ImmutableArray<Entry> entries;
        lock (gate)
        {
            if (!users.TryGetValue(user, out var watched))
            {
                return;
            }

            if (watched.Seen is { } seen && seen.Epoch == position.Epoch &&
                (isPolled ? position.Revision == seen.Revision : position.Revision <= seen.Revision))
            {
                return;
            }

            watched.Seen = position;
            entries = watched.Entries;
        }
        foreach (var entry in entries)
        {
            entry.Moved();
        }
    }

    private void Remove(Entry entry)
    {
        lock (gate)
        {
            if (!users.TryGetValue(entry.User, out var watched))
            {
                return;
            }

            watched.Entries = watched.Entries.Remove(entry);
            if (watched.Entries.IsEmpty)
            {
                users.Remove(entry.User);
            }
        }
    }

    private sealed class Watched
    {
        public Position? Seen { get; set; }

        public ImmutableArray<Entry> Entries { get; set; } = [];
    }

    private sealed class Entry(HeadWatch watch, string user, Action moved) : IDisposable
    {
        public string User => user;

        public Action Moved => moved;

        public void Dispose() => watch.Remove(this);
    }
}
