using System.Buffers.Binary;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Syntha.Storage.Encryption;
using Syntha.Storage.Ground;
using Syntha.Storage.Log;
using Syntha.Storage.Sqlite.Connections;

namespace Syntha.Storage.Sqlite.Rows;

/// <summary>Looks up request ids in the log.</summary>
internal static class KnownRequests
{
    // By changes_by_request, one seek for each id; CROSS JOIN keeps that order. The last command of an id counts.
    internal const string Select =
        """
        SELECT place, request_id, request_caller, request_method, request_hash, answer
        FROM json_each(@ids) AS asked CROSS JOIN changes
        WHERE request_id = unhex(asked.value) AND request_id IS NOT NULL AND time >= @since AND place >= @oldest
        ORDER BY place;
        """;

    public static Dictionary<Guid, KnownRequest> Find(
        PreparedStatements statements, StoreCipher? cipher, IReadOnlyCollection<Guid> ids, DateTimeOffset since, long oldestRevision) =>
        statements.Read(
            Select,
            rows => Read(rows, cipher),
            ("@ids", JsonSerializer.Serialize([.. ids.Select(id => id.ToString("N"))], StoredJson.Default.StringArray)),
            ("@since", StoredTime.ToMicroseconds(since)),
            ("@oldest", StoredPlace.FirstOf(oldestRevision).Value));

    private static Dictionary<Guid, KnownRequest> Read(SqliteDataReader rows, StoreCipher? cipher)
    {
        var found = new Dictionary<Guid, KnownRequest>();
        while (rows.Read())
        {
            var id = new Guid(rows.GetFieldValue<byte[]>(1), bigEndian: true);
            var hash = BinaryPrimitives.ReadUInt128BigEndian(rows.GetFieldValue<byte[]>(4));
            var request = new RequestRecord(
                id,
                rows.IsDBNull(2) ? null : AgentName.Trusted(rows.GetString(2)),
                rows.GetString(3),
                RequestHash.Open(hash, id, cipher),
                rows.IsDBNull(5) ? null : rows.GetString(5));
            found[request.Id] = new(new StoredPlace(rows.GetInt64(0)).Place.Revision, request);
        }
        return found;
    }
}
