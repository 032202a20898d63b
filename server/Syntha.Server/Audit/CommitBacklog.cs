using System.Collections.Concurrent;
using Syntha.Mesh.Log;
using Syntha.Mesh.Stores;
using Syntha.Storage.Audit;

namespace Syntha.Server.Audit;

/// <summary>
/// The users with commits that the audit trail does not have yet, and the position up to which it has each user. Commits add to it from any
/// thread; only the writer of the trail takes from it.
/// </summary>
internal sealed partial class CommitBacklog(IUserStores stores, AuditStore store, TimeProvider time, ILogger<CommitBacklog> logger)
{
    /// <summary>How many changes of one user one transaction records.</summary>
    public const int MaxChanges = 2_000;

    /// <summary>How many users' positions are in memory, at most.</summary>
    public const int MaxMarks = 20_000;

    private const int MaxUsersListed = 500;

    // A node that died may have left users behind, and the others find them at the next sweep. Without a shared store only this server's
    // own former process can have left any, so that one sweep at the start finds them all.
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<UserId, bool> behind = new();

    // The marks in two generations. When the younger one is full, the older one is forgotten, so that users who have not committed for long
    // leave it. A mark that is missed is read again.
    private ConcurrentDictionary<UserId, Position> marks = new();
    private ConcurrentDictionary<UserId, Position> olderMarks = new();
    private long lastSwept;
    private bool hasSwept;

    public int Count => behind.Count;

    /// <summary>How many users' positions are in memory.</summary>
    public int Marks => marks.Count + olderMarks.Count;

    public void Add(UserId user) => behind.TryAdd(user, true);

    /// <summary>The users now, in no particular order.</summary>
    public IEnumerable<UserId> Users() => behind.Keys;

    /// <summary>
    /// The revision of an epoch up to which the trail has a user's commits; 0: not known. It is answered from memory, because the writer of
    /// the user's store asks and must not wait for the trail's store.
    /// </summary>
    public long RecordedThrough(UserId user, string epoch)
    {
        var isKnown = (marks.TryGetValue(user, out var mark) || olderMarks.TryGetValue(user, out mark)) && mark.Epoch == epoch;
        if (!isKnown || stores.IsShared)
        {
            // The mark is not known, or another node may have moved it. The next round reads it.
            Add(user);
        }

        return isKnown ? mark.Revision : 0;
    }

    /// <summary>Takes a user out and reads its commits. Null: there is nothing to record.</summary>
    /// <param name="user">The user.</param>
    /// <param name="unread">Gets the user when its log cannot be read.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<UserCommits?> TakeAsync(UserId user, List<UserId> unread, CancellationToken cancellationToken)
    {
        // Before the read: a commit from here on adds the user again.
        behind.TryRemove(user, out _);
        try
        {
            if (await stores.FindAsync(user, cancellationToken) is not { } found)
            {
                return null;
            }

            var mark = await store.FindMarkAsync(user, cancellationToken);
            var page = await found.Commits.ReadAsync(mark, MaxChanges, cancellationToken);
            if (page.Through != mark)
            {
                return new(user, mark, page);
            }

            Mark(user, page.Through);
            return null;
        }
        catch (MeshException gone) when (gone.Reason == ErrorReason.EpochChanged)
        {
            return null;
        }
        catch (MeshException failure)
        {
            // This is one user's fault, and the storage has logged it. The other users do not wait for it.
            LogUnread(user.Value, failure.Reason);
            unread.Add(user);
            return null;
        }
        catch
        {
            Add(user);
            throw;
        }
    }

    /// <summary>Notes that commits are in the trail.</summary>
    /// <param name="found">The commits.</param>
    /// <param name="isPassed">Whether another node recorded them first. How far it has got is not known here.</param>
    public void Recorded(UserCommits found, bool isPassed)
    {
        if (isPassed || found.Page.HasMore)
        {
            Add(found.User);
        }

        if (!isPassed)
        {
            Mark(found.User, found.Page.Through);
        }
    }

    /// <summary>Adds the users that the stores know to be behind.</summary>
    public async Task SweepIfDueAsync(CancellationToken cancellationToken)
    {
        if (hasSwept && (!stores.IsShared || time.GetElapsedTime(lastSwept) < SweepInterval))
        {
            return;
        }

        var after = "";
        IReadOnlyList<UserId> page;
        do
        {
            page = await store.ListBehindAsync(after, MaxUsersListed, cancellationToken);
            foreach (var user in page)
            {
                Add(user);
            }

            after = page.Count > 0 ? page[^1].Value : after;
        }
        while (page.Count == MaxUsersListed);
        (hasSwept, lastSwept) = (true, time.GetTimestamp());
    }

    private void Mark(UserId user, Position through)
    {
        if (marks.Count >= MaxMarks / 2)
        {
            // The older ones first, so that a reader on another thread finds what is in either.
            Volatile.Write(ref olderMarks, marks);
            Volatile.Write(ref marks, new());
        }

        marks[user] = through;
    }

    [LoggerMessage(
        3513, LogLevel.Warning, "The commits of user {User} cannot be read for the audit trail: {Reason}; the server tries again")]
    private partial void LogUnread(string user, ErrorReason reason);
}
