using Syntha.Storage.Encryption;
using Syntha.Storage.Log;
using Syntha.Storage.Postgres.Connections;
using Syntha.Storage.Postgres.Heads;

namespace Syntha.Storage.Postgres.OneUser;

/// <summary>
/// The statements that read outside of transactions that write. Each text is one round trip and one snapshot, and takes no lock.
/// </summary>
internal static class ReadStatements
{
    private const string Begin =
        $"""
        BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
        SELECT set_config('search_path', @path, true);
        SELECT {HeadRow.Columns} FROM syntha.heads WHERE user_id = @user;

        """;

    private const string ReadIdentity = "SELECT user_id, data_keys FROM identity;\n";

    private const string Columns = $"{ChangeReader.Columns}, sealed";

    // A range of the primary key. The lengths alone tell first where it ends, without reading the values: if a reader stopped a query in
    // the middle, the rest of the log would still be sent to it. Then it goes to the end of the last command.
    public const string SelectAfter =
        $"""
        SELECT {Columns}
        FROM changes
        WHERE place > @after AND place <= 16777215 | (
          SELECT coalesce(min(place) FILTER (WHERE number >= @maxChanges OR bytes >= @maxBytes), max(place))
          FROM (
            SELECT
              place,
              row_number() OVER behind AS number,
              sum(CASE
                WHEN kind IN (1, 2) THEN coalesce(octet_length(value), octet_length(sealed) - {StoreCipher.OverheadText})
                WHEN kind IN {LogKinds.OfClaims} THEN octet_length(value)
                ELSE 0
              END) OVER behind AS bytes
            FROM (SELECT place, kind, value, sealed FROM changes WHERE place > @after ORDER BY place LIMIT @maxChanges) AS first
            WINDOW behind AS (ORDER BY place ROWS UNBOUNDED PRECEDING)) AS counted)
        ORDER BY place;

        """;

    // In the order of the log, one seek by primary key for each row that holds a subject. LEFT JOIN shows missing rows.
    private const string SelectPresent =
        $"""
        SELECT max(place) FROM changes;
        SELECT {Columns} FROM live LEFT JOIN changes ON changes.place = live.place ORDER BY live.place;
        SELECT name, record FROM agents;
        SELECT name, record FROM claims;

        """;

    // By primary key.
    public const string SelectLives =
        "SELECT epoch, revision, oldest_revision, former_epoch, former_revision FROM syntha.heads WHERE user_id = @user;";

    private const string ReadSecret = "SELECT audit_secret FROM identity;\n";

    // Encrypted items have their texts in another column.
    private const string FoundColumns =
        """
        100 + coalesce(octet_length(value), 0) + coalesce(octet_length(metadata), 0) + coalesce(octet_length(sealed), 0),
        CASE WHEN kind = 6 THEN value END
        """;

    // A binary search among the revisions, with one seek by primary key for each step: the limit keeps the planner from any other way.
    private const string FindRevision =
        """
        WITH RECURSIVE search(low, high) AS (
          SELECT @low::bigint, @high::bigint
          UNION ALL
          SELECT
            CASE WHEN time <= @time THEN (low + high) / 2 + 1 ELSE low END,
            CASE WHEN time <= @time THEN high ELSE (low + high) / 2 END
          FROM search, LATERAL (SELECT time FROM changes WHERE place = ((low + high) / 2) << 24 LIMIT 1) AS middle
          WHERE low < high)
        SELECT low FROM search WHERE low = high;

        """;

    // By primary key, one seek for each place.
    private const string SelectRows = $"SELECT {Columns} FROM changes WHERE place = ANY(@places) ORDER BY place;\n";

    private const string SelectFound =
        $"""
        {HistoryStatements.SelectBound}
        SELECT place, kind, {FoundColumns}
        FROM changes
        WHERE place < @before AND {HistoryStatements.IsSought} AND place >= (
          SELECT coalesce(min(place), 0)
          FROM (SELECT place FROM changes WHERE place < @before ORDER BY place DESC LIMIT @maxRows) AS looked)
        ORDER BY place DESC;

        """;

    private const string SelectVersions =
        $"""
        SELECT place, author, topics, subscribers FROM changes
        WHERE {HistoryStatements.IsVersion} AND (value IS NOT NULL OR sealed IS NOT NULL) ORDER BY place DESC LIMIT @maxRows;

        """;

    private const string Commit = "COMMIT;";

    public const string CommitsAfter = ReadSecret + CommitReader.Select;

    public static readonly PerUserStatement Page = new(Begin, TransactionStatements.TakeRole, ReadIdentity + SelectAfter + Commit);
    public static readonly PerUserStatement Commits = new(Begin, TransactionStatements.TakeRole, ReadIdentity + CommitsAfter + Commit);
    public static readonly PerUserStatement Load = new(Begin, TransactionStatements.TakeRole, ReadIdentity + SelectPresent + Commit);
    public static readonly PerUserStatement Time =
        new(Begin, TransactionStatements.TakeRole, ReadIdentity + HistoryStatements.SelectTime + Commit);

    public static readonly PerUserStatement Revision = new(Begin, TransactionStatements.TakeRole, ReadIdentity + FindRevision + Commit);

    public static readonly PerUserStatement Replacements =
        new(Begin, TransactionStatements.TakeRole, ReadIdentity + HistoryStatements.SelectReplacements + Commit);

    public static readonly PerUserStatement Rows = new(Begin, TransactionStatements.TakeRole, ReadIdentity + SelectRows + Commit);
    public static readonly PerUserStatement Versions = new(Begin, TransactionStatements.TakeRole, ReadIdentity + SelectVersions + Commit);
    public static readonly PerUserStatement Found = new(Begin, TransactionStatements.TakeRole, ReadIdentity + SelectFound + Commit);
}
