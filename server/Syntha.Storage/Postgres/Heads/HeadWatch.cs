namespace Syntha.Storage.Postgres.Heads;

/// <summary>
/// Tells meshes that the heads of their users moved: by what other nodes announce, and by a poll behind that, which misses nothing. It
/// remembers what each mesh may know already, so that a node's own commits call nobody. Thread-safe.
/// </summary>
internal sealed class HeadWatch(Announcer announcer)
{
    /// <summary>What is announced of a user who was erased: a position of no store, so that whoever watches that user looks.</summary>
    public static readonly Position Gone = new("-", 0);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Watched> users = [];

    /// <summary>Whose heads are to be polled.</summary>
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
            // What came between the mesh's loading and this moment is told by the next poll.
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

    /// <summary>A commit of this node.</summary>
    public void Announce(UserId user, Position position)
    {
        lock (gate)
        {
            // Whoever commits has caught up with the log before, under the lock: there is nothing below that it would have to be told of.
            if (users.TryGetValue(user.Value, out var watched) && watched.Seen is { } seen &&
                seen.Epoch == position.Epoch && seen.Revision < position.Revision)
            {
                watched.Seen = position;
            }
        }
        announcer.Announce(user.Value, position);
    }

    /// <summary>A head as it was announced or polled.</summary>
    public void Hear(string user, Position position)
    {
        ImmutableArray<Entry> entries;
        lock (gate)
        {
            if (!users.TryGetValue(user, out var watched))
            {
                return;
            }

            if (watched.Seen is { } seen && seen.Epoch == position.Epoch && position.Revision <= seen.Revision)
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
