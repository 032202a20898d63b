namespace Syntha.Mesh.Tests.Support;

/// <content>Reads of the past. A row stays until the change that replaces it is dropped, as in the real stores.</content>
internal sealed partial class MemoryStore
{
    /// <summary>Rows that are missing, as in a store that lost what it should have kept.</summary>
    public HashSet<ChangePlace> LostRows { get; } = [];

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
                        change.Place, change.Subject, change.Replaces, change.Kind == ChangeKind.AgentChanged, change.AgentBefore)
                    {
                        IsClaim = change.Claim is not null,
                    })
                    .ToImmutableArray();
            });

        public ValueTask<ImmutableArray<Change>> ReadRowsAsync(
            Position point, IReadOnlyCollection<ChangePlace> places, CancellationToken cancellationToken) =>
            ReadAsync(() =>
            {
                store.DemandKept(point);
                return places.Where(place => !store.LostRows.Contains(place))
                    .Order()
                    .Select(place => store.log[(int)place.Revision - 1].Changes[place.Index])
                    .ToImmutableArray();
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

        private ValueTask<T> ReadAsync<T>(Func<T> read)
        {
            lock (store.tables)
            {
                return new(read());
            }
        }
    }
}
