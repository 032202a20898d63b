using Syntha.Mesh.Following;
using Syntha.Mesh.Reading;
using Syntha.Mesh.Serving;
using Syntha.Mesh.Stores;

namespace Syntha.Mesh.History;

/// <summary>
/// Lists the versions of a key, the newest first, as far back as the log reaches. The room History uses Following and the rooms below.
/// </summary>
public static class VersionList
{
    private const int RowsPerSearch = 4_096;

    // A page ends after so many searches, even without a version: so many rows as a log has at most by default.
    private const int MaxSearches = 25;

    private static readonly FeedFilter Everything = new(ItemFilter.All, [], IncludesAgents: false);

    /// <summary>
    /// One page. Each change is shown as the caller's stream would have told it: to an agent only where it could read the item then, with
    /// the subscriptions that it had then.
    /// </summary>
    /// <param name="lease">The mesh.</param>
    /// <param name="agent">The caller. Null: the owner.</param>
    /// <param name="key">The key.</param>
    /// <param name="before">The place before which the page begins. Null: the newest change.</param>
    /// <param name="maxVersions">The most versions.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="MeshException">EPOCH_CHANGED, STORE_CORRUPT, STORE_DOWN, STORE_BUSY.</exception>
    public static ValueTask<VersionPage> ListAsync(
        MeshLease lease, AgentName? agent, ContextKey key, ChangePlace? before, int maxVersions, CancellationToken cancellationToken) =>
        lease.Mesh is { } mesh
            ? ListAsync(mesh, agent, key, before, maxVersions, cancellationToken)
            : new(new VersionPage([], null, lease.View(agent).Position));

    internal static async ValueTask<VersionPage> ListAsync(
        UserMesh mesh, AgentName? agent, ContextKey key, ChangePlace? before, int maxVersions, CancellationToken cancellationToken)
    {
        var view = mesh.View(agent);
        var log = new LogSearch(mesh, view.Position, agent, cancellationToken);
        var newest = new ChangePlace(view.Position.Revision + 1, 0);
        var record = view.Record;
        if (before is { } place && agent is not null && !await log.TryRewindAsync(newest, place, value => record = value))
        {
            return new([], null, view.Position);
        }

        // A token may name any place. What was written after this call began is judged by rights that this call has not seen.
        var next = before is { } asked && asked < newest ? asked : newest;
        for (var searches = 0; searches < MaxSearches; searches++)
        {
            var found = await log.SearchAsync(next, key.Value);
            var chosen = new List<(ChangePlace Place, AgentRecord? Record)>();
            var (bytes, isFull, isEnd) = (0L, false, found.Next is null);
            foreach (var change in found.Changes)
            {
                if (change.IsAgent)
                {
                    if (change.Former is null)
                    {
                        isEnd = true;
                        break;
                    }

                    record = change.Former;
                    continue;
                }
                bytes += change.Bytes;
                if (chosen.Count == maxVersions || (chosen.Count > 0 && bytes > PageLimits.MaxBytes))
                {
                    isFull = true;
                    break;
                }

                chosen.Add((change.Place, record));
            }
            var versions = await log.ReadAsync(chosen);
            // The place of a version that is shown, where there is one: another place would tell of a change that is not.
            ChangePlace? rest = !isFull ? isEnd ? null : found.Next
                : versions.Count > 0 ? versions[^1].Change.Place : chosen[^1].Place;
            if (versions.Count > 0 || rest is null)
            {
                return new(versions, rest, view.Position);
            }

            next = rest.Value;
        }
        return new([], next, view.Position);
    }

    private sealed class LogSearch(UserMesh mesh, Position head, AgentName? agent, CancellationToken cancellationToken)
    {
        public ValueTask<FoundChanges> SearchAsync(ChangePlace before, string? key) =>
            mesh.History.SearchAsync(head.Epoch, new(before, key, agent?.Value, RowsPerSearch), cancellationToken);

        /// <summary>Goes back to the agent's record at a place. False: the log does not tell it.</summary>
        public async ValueTask<bool> TryRewindAsync(ChangePlace from, ChangePlace to, Action<AgentRecord> set)
        {
            for (ChangePlace? next = from; next is { } before && before > to;)
            {
                var found = await SearchAsync(before, key: null);
                foreach (var change in found.Changes.TakeWhile(change => change.Place >= to))
                {
                    if (change.Former is null)
                    {
                        return false;
                    }

                    set(change.Former);
                }
                next = found.Next;
            }
            return true;
        }

        public async ValueTask<List<FeedChange>> ReadAsync(List<(ChangePlace Place, AgentRecord? Record)> chosen)
        {
            var versions = new List<FeedChange>();
            if (chosen.Count == 0)
            {
                return versions;
            }

            var rows = await mesh.History.ReadRowsAsync(head, [.. chosen.Select(one => one.Place)], cancellationToken);
            await mesh.Costly.TurnAsync(cancellationToken);
            var changes = rows.ToDictionary(row => row.Place);
            foreach (var (place, record) in chosen)
            {
                // Nothing has expired at the moment at which it was written.
                if (changes.TryGetValue(place, out var change) &&
                    new FeedView(agent, record, Everything).See(change, change.Time) is { } seen)
                {
                    versions.Add(seen);
                }
            }
            return versions;
        }
    }
}

/// <summary>A page of versions.</summary>
/// <param name="Versions">The changes of the key, the newest first.</param>
/// <param name="NextBefore">The place before which the next page begins. Null: there is no next page.</param>
/// <param name="Position">The mesh's position.</param>
public sealed record VersionPage(IReadOnlyList<FeedChange> Versions, ChangePlace? NextBefore, Position Position);
