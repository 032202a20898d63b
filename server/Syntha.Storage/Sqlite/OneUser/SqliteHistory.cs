using System.Text.Json;
using Microsoft.Data.Sqlite;
using Syntha.Storage.Encryption;
using Syntha.Storage.Ground;
using Syntha.Storage.Log;
using Syntha.Storage.Sqlite.Connections;
using Syntha.Storage.Sqlite.Rows;

namespace Syntha.Storage.Sqlite.OneUser;

/// <summary>A file's log as reads of the past read it. Thread-safe.</summary>
internal sealed class SqliteHistory(SqliteUserStore store) : IStoreHistory
{
    // By primary key.
    private const string SelectHead = "SELECT epoch, revision, oldest_revision FROM head WHERE only = 1;";

    // A binary search among the revisions, with one seek by primary key for each step.
    private const string FindRevision =
        """
        WITH RECURSIVE search(low, high) AS (
          SELECT @low, @high
          UNION ALL
          SELECT
            CASE WHEN time <= @time THEN (low + high) / 2 + 1 ELSE low END,
            CASE WHEN time <= @time THEN high ELSE (low + high) / 2 END
          FROM search CROSS JOIN changes ON place = ((low + high) / 2) << 24
          WHERE low < high)
        SELECT low FROM search WHERE low = high;
        """;

    // By primary key, one seek for each place.
    private const string SelectRows =
        $"SELECT {ChangeReader.Columns} FROM changes WHERE place IN (SELECT value FROM json_each(@places)) ORDER BY place;";

    private const string SelectFound =
        $"""
        SELECT
          place, kind, 100 + coalesce(octet_length(value), 0) + coalesce(octet_length(metadata), 0), CASE WHEN kind = 6 THEN value END
        FROM changes WHERE place >= @bound AND place < @before AND {HistoryStatements.IsSought} ORDER BY place DESC;
        """;

    private const string SelectVersions =
        $"""
        SELECT place, author, topics, subscribers FROM changes
        WHERE {HistoryStatements.IsVersion} AND value IS NOT NULL ORDER BY place DESC LIMIT @maxRows;
        """;

    public ValueTask<DateTimeOffset> ReadTimeAsync(Position point, CancellationToken cancellationToken) => ReadAsync(
        point,
        (statements, _) => statements.Read(
            HistoryStatements.SelectTime,
            rows => rows.Read() ? StoredTime.FromMicroseconds(rows.GetInt64(0)) : throw new FormatException("The log has a gap."),
            ("@place", StoredPlace.FirstOf(point.Revision).Value)),
        cancellationToken);

    public ValueTask<Position> FindAsync(DateTimeOffset moment, CancellationToken cancellationToken) => ReadAsync(
        (statements, _, head) =>
        {
            var found = statements.Read(
                FindRevision,
                rows => rows.Read() ? rows.GetInt64(0) - 1 : throw new FormatException("The log has a gap."),
                ("@low", head.OldestRevision),
                ("@high", head.Position.Revision + 1),
                ("@time", StoredTime.ToMicroseconds(moment)));
            var point = head.Position with { Revision = found };
            StoreErrors.DemandKept(point, head.Position, head.OldestRevision);
            return point;
        },
        cancellationToken);

    public ValueTask<ImmutableArray<Replacement>> ReadReplacementsAsync(
        Position point, ChangePlace after, int maxRows, CancellationToken cancellationToken) => ReadAsync(
            point,
            (statements, _) => statements.Read(
                HistoryStatements.SelectReplacements,
                rows =>
                {
                    var page = ImmutableArray.CreateBuilder<Replacement>();
                    var row = new SqliteRow(rows);
                    while (rows.Read())
                    {
                        page.Add(HistoryReader.Replacement(row));
                    }
                    return page.DrainToImmutable();
                },
                ("@after", new StoredPlace(after).Value),
                ("@maxRows", maxRows)),
            cancellationToken);

    public ValueTask<ImmutableArray<Change>> ReadRowsAsync(
        Position point, IReadOnlyCollection<ChangePlace> places, CancellationToken cancellationToken) => ReadAsync(
            point,
            (statements, keys) =>
            {
                using var cipher = DataKeyColumn.Cipher(statements.Connection, keys);
                return statements.Read(
                    SelectRows,
                    rows => ReadRows(rows, cipher),
                    ("@places", JsonSerializer.Serialize(places.Select(place => new StoredPlace(place).Value))));
            },
            cancellationToken);

    public ValueTask<FoundChanges> SearchAsync(string epoch, ChangeSearch search, CancellationToken cancellationToken) => ReadAsync(
        (statements, _, head) =>
        {
            StoreErrors.DemandKept(head.Position with { Epoch = epoch }, head.Position, oldestRevision: 0);
            var before = new StoredPlace(search.Before).Value;
            var (bound, count) = statements.Read(
                HistoryStatements.SelectBound,
                rows => rows.Read() ? (rows.GetInt64(0), rows.GetInt64(1)) : default,
                ("@before", before),
                ("@maxRows", search.MaxRows));
            var found = statements.Read(
                SelectFound,
                rows =>
                {
                    var changes = new List<FoundChange>();
                    var row = new SqliteRow(rows);
                    while (rows.Read())
                    {
                        changes.Add(HistoryReader.Found(row, search.Agent));
                    }
                    return changes;
                },
                ("@bound", bound),
                ("@before", before),
                ("@key", (object?)search.Key ?? DBNull.Value),
                ("@agent", (object?)search.Agent ?? DBNull.Value));
            return HistoryReader.Found(found, head.OldestRevision, bound, count >= search.MaxRows);
        },
        cancellationToken);

    public ValueTask<ImmutableArray<KeptVersion>> FindVersionsAsync(
        string epoch, VersionSearch search, CancellationToken cancellationToken) => ReadAsync(
            (statements, _, head) =>
            {
                StoreErrors.DemandKept(head.Position with { Epoch = epoch }, head.Position, oldestRevision: 0);
                return statements.Read(
                    SelectVersions,
                    rows =>
                    {
                        var versions = ImmutableArray.CreateBuilder<KeptVersion>();
                        var reader = new ChangeReader(new SqliteRow(rows), cipher: null, ChangeReader.ValueAt);
                        while (rows.Read())
                        {
                            versions.Add(reader.ReadVersion());
                        }
                        return versions.DrainToImmutable();
                    },
                    ("@first", new StoredPlace(search.From).Value),
                    ("@last", new StoredPlace(search.Through).Value),
                    ("@key", search.Key.Value),
                    ("@actor", (object?)search.Actor?.Value ?? DBNull.Value),
                    ("@maxRows", search.MaxVersions));
            },
            cancellationToken);

    private ValueTask<T> ReadAsync<T>(Position point, Func<PreparedStatements, StoreKeys, T> read, CancellationToken cancellationToken) =>
        ReadAsync(
            (statements, keys, head) =>
            {
                StoreErrors.DemandKept(point, head.Position, head.OldestRevision);
                return read(statements, keys);
            },
            cancellationToken);

    private ValueTask<T> ReadAsync<T>(Func<PreparedStatements, StoreKeys, StoreHead, T> read, CancellationToken cancellationToken) =>
        store.ReadPreparedAsync(
            (statements, keys) =>
            {
                statements.Run(Sql.BeginSnapshot);
                try
                {
                    return read(statements, keys, statements.Read(SelectHead, ReadHead));
                }
                finally
                {
                    statements.Run(Sql.Commit);
                }
            },
            cancellationToken);

    private static StoreHead ReadHead(SqliteDataReader rows) => rows.Read()
        ? new(new(rows.GetString(0), rows.GetInt64(1)), rows.GetInt64(2))
        : throw new FormatException("The head is gone.");

    private static ImmutableArray<Change> ReadRows(SqliteDataReader rows, StoreCipher? cipher)
    {
        var changes = ImmutableArray.CreateBuilder<Change>();
        var reader = new ChangeReader(new SqliteRow(rows), cipher, ChangeReader.ValueAt);
        while (rows.Read())
        {
            changes.Add(reader.Read());
        }
        return changes.DrainToImmutable();
    }
}
