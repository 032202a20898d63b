namespace Syntha.Mesh.Tests.Support;

/// <content>Reads of the past. A row stays until the change that replaces it is dropped, as in the real stores.</content>
internal sealed partial class MemoryStore
{
    /// <summary>Rows that are missing, as in a store that lost what it should have kept.</summary>
    public HashSet<ChangePlace> LostRows { get; } = [];

    /// <summary>How many characters of values the largest read of rows of the past has given.</summary>
    public long LargestRows { get; private set; }

    private void DemandKept(Position point)
    {
        DemandPresent();
        if (point.Epoch != Epoch)
        {
            throw new MeshException(ErrorReason.EpochChanged, "Another life.");
        }

        if (point.Revision < oldest && (point.Revision > 0 || oldest > 1))
        {
            throw Compacted();
        }
    }

    private sealed class MemoryHistory(MemoryStore store) : IStoreHistory
    {
        public ValueTask<DateTimeOffset> ReadTimeAsync(Position point, CancellationToken cancellationToken) =>
            ReadAsync(() =>
            {
                store.DemandKept(point);
                return store.log[(int)point.Revision - 1].Changes[0].Time;
            });

        public ValueTask<Position> FindAsync(DateTimeOffset moment, CancellationToken cancellationToken) =>
            ReadAsync(() =>
            {
                var point = new Position(
                    store.Epoch,
                    store.log.Where(command => command.Revision >= store.oldest && command.Changes[0].Time <= moment)
                        .Select(command => command.Revision)
                        .DefaultIfEmpty(store.oldest - 1)
                        .Max());
                store.DemandKept(point);
                return point;
            });

        public ValueTask<ImmutableArray<Replacement>> ReadReplacementsAsync(
            Position point, ChangePlace after, int maxRows, CancellationToken cancellationToken) =>
            ReadAsync(() =>
            {
                store.DemandKept(point);
                return store.log.Skip((int)after.Revision - 1).SelectMany(command => command.Changes)
                    .Where(change => change.Place > after)
                    .Take(maxRows)
                    .Select(change => new Replacement(
                        change.Place, change.Kind, change.Subject, change.Actor, change.Replaces, change.Agent, change.AgentBefore))
                    .ToImmutableArray();
            });

        public ValueTask<ImmutableArray<Change>> ReadRowsAsync(
            Position point, IReadOnlyCollection<ChangePlace> places, CancellationToken cancellationToken) =>
            ReadAsync(() =>
            {
                store.DemandKept(point);
                var rows = places.Where(place => !store.LostRows.Contains(place))
                    .Order()
                    .Select(place => store.log[(int)place.Revision - 1].Changes[place.Index])
                    .ToImmutableArray();
                store.LargestRows = Math.Max(store.LargestRows, rows.Sum(row => (long)(row.Item?.ValueJson.Length ?? 0)));
                return rows;
            });

        public async ValueTask<FoundChanges> SearchAsync(string epoch, ChangeSearch search, CancellationToken cancellationToken)
        {
            await store.BeforeSearch();
            return await ReadAsync(() =>
            {
                store.DemandKept(new(epoch, long.MaxValue));
                var looked = store.log.Skip((int)store.oldest - 1).SelectMany(command => command.Changes)
                    .Where(change => change.Place < search.Before)
                    .Reverse()
                    .Take(search.MaxRows)
                    .ToList();
                var found = looked
                    .Where(change => change.Claim is null)
                    .Where(change => change.Subject == (change.Kind == ChangeKind.AgentChanged ? search.Agent : search.Key))
                    .Select(change => new FoundChange(
                        change.Place, SizeOf(change), change.Kind == ChangeKind.AgentChanged, change.AgentBefore));
                return new FoundChanges(
                    [.. found],
                    looked.Count == search.MaxRows && looked[^1].Place > new ChangePlace(store.oldest, 0) ? looked[^1].Place : null);
            });
        }

        public ValueTask<ImmutableArray<KeptVersion>> FindVersionsAsync(
            string epoch, VersionSearch search, CancellationToken cancellationToken) =>
            ReadAsync(() =>
            {
                store.DemandKept(new(epoch, long.MaxValue));
                return store.log.SelectMany(command => command.Changes)
                    .Where(change => change.Item is { IsRedacted: false } item && item.Key == search.Key)
                    .Where(change => change.Place >= search.From && change.Place <= search.Through)
                    .Where(change => search.Actor is null || change.Actor == search.Actor)
                    .Reverse()
                    .Take(search.MaxVersions)
                    .Select(change => new KeptVersion(change.Place, change.Item!.Readers))
                    .ToImmutableArray();
            });

        private ValueTask<T> ReadAsync<T>(Func<T> read)
        {
            lock (store.tables)
            {
                return new(read());
            }
        }
    }
}
