using System.Buffers.Binary;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Syntha.Storage.Log;

namespace Syntha.Storage.Sqlite;

/// <summary>Looks up request ids in the log.</summary>
internal static class KnownRequests
{
    // By changes_by_request, one seek for each id; CROSS JOIN keeps that order. A later command of the same id stands for it.
    private const string Select =
        """
        SELECT place AS Place, request_id AS Id, request_caller AS Caller, request_method AS Method, request_hash AS Hash, answer AS Answer
        FROM json_each(@ids) AS asked CROSS JOIN changes
        WHERE request_id = unhex(asked.value) AND request_id IS NOT NULL AND time >= @since AND place >= @oldest
        ORDER BY place;
        """;

    public static Dictionary<Guid, KnownRequest> Find(
        SqliteConnection connection, IReadOnlyCollection<Guid> ids, DateTimeOffset since, long oldestRevision)
    {
        var parameters = new
        {
            ids = JsonSerializer.Serialize([.. ids.Select(id => id.ToString("N"))], StoredJson.Default.StringArray),
            since = StoredTime.ToMicroseconds(since),
            oldest = StoredPlace.FirstOf(oldestRevision).Value,
        };
        var found = new Dictionary<Guid, KnownRequest>();
        foreach (var row in Sql.All<Row>(connection, Select, parameters))
            found[new Guid(row.Id, bigEndian: true)] = row.ToKnown();
        return found;
    }

    private sealed record Row(long Place, byte[] Id, string? Caller, string Method, byte[] Hash, string? Answer)
    {
        public KnownRequest ToKnown() => new(
            new StoredPlace(Place).Place.Revision,
            new RequestRecord(
                new Guid(Id, bigEndian: true),
                Caller is null ? null : AgentName.Trusted(Caller),
                Method,
                BinaryPrimitives.ReadUInt128BigEndian(Hash),
                Answer));
    }
}
