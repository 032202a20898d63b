using System.Data.Common;
using Syntha.Storage.Encryption;
using Syntha.Storage.Ground;
using Syntha.Storage.Log;
using Syntha.Storage.Postgres.Heads;

namespace Syntha.Storage.Postgres.OneUser;

/// <summary>A schema's log as reads of the past read it: one round trip for each read. Thread-safe.</summary>
internal sealed class PostgresHistory(PostgresUser user, PostgresUserStore store) : IStoreHistory
{
    public ValueTask<DateTimeOffset> ReadTimeAsync(Position point, CancellationToken cancellationToken) => store.ReadHistoryAsync(
        ReadStatements.Time,
        new
        {
            path = user.Schema.SearchPath,
            role = user.Schema.Name,
            user = user.Id.Value,
            place = StoredPlace.FirstOf(point.Revision).Value,
        },
        async (rows, head, _) =>
        {
            Demand(point, head);
            var time = await rows.ReadAsync(cancellationToken)
                ? StoredTime.FromMicroseconds(rows.GetInt64(0))
                : throw StoreErrors.Corrupt(new FormatException("The log has a gap."));
            await rows.ToEndAsync(cancellationToken);
            return time;
        },
        cancellationToken);

    public async ValueTask<Position> FindAsync(DateTimeOffset moment, CancellationToken cancellationToken)
    {
        var seen = await store.ReadHeadAsync(cancellationToken);
        return await store.ReadHistoryAsync(
            ReadStatements.Revision,
            new
            {
                path = user.Schema.SearchPath,
                role = user.Schema.Name,
                user = user.Id.Value,
                low = seen.OldestRevision,
                high = seen.Position.Revision + 1,
                time = StoredTime.ToMicroseconds(moment),
            },
            async (rows, head, _) =>
            {
                // The search went through the log as it was seen before. What the log has lost since has no row, and the search has no end.
                var found = await rows.ReadAsync(cancellationToken) ? rows.GetInt64(0) - 1 : -1;
                await rows.ToEndAsync(cancellationToken);
                var point = seen.Position with { Revision = found };
                Demand(point, head);
                return found >= 0 ? point : throw StoreErrors.Corrupt(new FormatException("The log has a gap."));
            },
            cancellationToken);
    }

    public ValueTask<ImmutableArray<Replacement>> ReadReplacementsAsync(
        Position point, ChangePlace after, int maxRows, CancellationToken cancellationToken) => store.ReadHistoryAsync(
            ReadStatements.Replacements,
            new
            {
                path = user.Schema.SearchPath,
                role = user.Schema.Name,
                user = user.Id.Value,
                after = new StoredPlace(after).Value,
                maxRows,
            },
            async (rows, head, _) =>
            {
                Demand(point, head);
                var page = ImmutableArray.CreateBuilder<Replacement>();
                var row = new DriverRow(rows);
                while (await rows.ReadAsync(cancellationToken))
                {
                    page.Add(HistoryReader.Replacement(row));
                }

                await rows.ToEndAsync(cancellationToken);
                return page.DrainToImmutable();
            },
            cancellationToken);

    public ValueTask<ImmutableArray<Change>> ReadRowsAsync(
        Position point, IReadOnlyCollection<ChangePlace> places, CancellationToken cancellationToken) => store.ReadHistoryAsync(
            ReadStatements.Rows,
            new
            {
                path = user.Schema.SearchPath,
                role = user.Schema.Name,
                user = user.Id.Value,
                places = places.Select(place => new StoredPlace(place).Value).ToArray(),
            },
            async (rows, head, keys) =>
            {
                Demand(point, head);
                return await ReadRowsAsync(rows, keys, cancellationToken);
            },
            cancellationToken);

    public ValueTask<FoundChanges> SearchAsync(string epoch, ChangeSearch search, CancellationToken cancellationToken) =>
        store.ReadHistoryAsync(
            ReadStatements.Found,
            new
            {
                path = user.Schema.SearchPath,
                role = user.Schema.Name,
                user = user.Id.Value,
                before = new StoredPlace(search.Before).Value,
                maxRows = search.MaxRows,
                key = search.Key,
                agent = search.Agent,
            },
            async (rows, head, _) =>
            {
                StoreErrors.DemandKept(head.Position with { Epoch = epoch }, head.Position, oldestRevision: 0);
                await rows.ReadAsync(cancellationToken);
                var (bound, count) = (rows.GetInt64(0), rows.GetInt64(1));
                await rows.NextResultAsync(cancellationToken);
                var found = new List<FoundChange>();
                var row = new DriverRow(rows);
                while (await rows.ReadAsync(cancellationToken))
                {
                    found.Add(HistoryReader.Found(row, search.Agent));
                }

                await rows.ToEndAsync(cancellationToken);
                return HistoryReader.Found(found, head.Log.OldestRevision, bound, count >= search.MaxRows);
            },
            cancellationToken);

    public ValueTask<ImmutableArray<KeptVersion>> FindVersionsAsync(
        string epoch, VersionSearch search, CancellationToken cancellationToken) => store.ReadHistoryAsync(
            ReadStatements.Versions,
            new
            {
                path = user.Schema.SearchPath,
                role = user.Schema.Name,
                user = user.Id.Value,
                first = new StoredPlace(search.From).Value,
                last = new StoredPlace(search.Through).Value,
                key = search.Key.Value,
                actor = search.Actor?.Value,
                maxRows = search.MaxVersions,
            },
            async (rows, head, _) =>
            {
                StoreErrors.DemandKept(head.Position with { Epoch = epoch }, head.Position, oldestRevision: 0);
                var versions = ImmutableArray.CreateBuilder<KeptVersion>();
                var reader = new ChangeReader(new DriverRow(rows), cipher: null, ChangeReader.BehindColumns);
                while (await rows.ReadAsync(cancellationToken))
                {
                    versions.Add(reader.ReadVersion());
                }

                await rows.ToEndAsync(cancellationToken);
                return versions.DrainToImmutable();
            },
            cancellationToken);

    private static void Demand(Position point, HeadRow head) => StoreErrors.DemandKept(point, head.Position, head.Log.OldestRevision);

    private static async ValueTask<ImmutableArray<Change>> ReadRowsAsync(
        DbDataReader rows, DataKeys? keys, CancellationToken cancellationToken)
    {
        using var cipher = keys is null ? null : new StoreCipher(keys);
        var changes = ImmutableArray.CreateBuilder<Change>();
        var reader = new ChangeReader(new DriverRow(rows), cipher, ChangeReader.BehindColumns);
        while (await rows.ReadAsync(cancellationToken))
        {
            changes.Add(reader.Read());
        }

        await rows.ToEndAsync(cancellationToken);
        return changes.DrainToImmutable();
    }
}
