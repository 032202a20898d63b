using System.Buffers.Binary;
using Syntha.Storage.Encryption;
using Syntha.Storage.Log;
using Syntha.Storage.Sqlite.Connections;

namespace Syntha.Storage.Sqlite.Rows;

/// <summary>Looks up request ids in the log.</summary>
internal static class KnownRequests
{
    public const int IdBytes = 16;

    // By changes_by_request, which has the rows of an id in the order of their places. The last command of an id counts.
    internal const string Select =
        """
        SELECT place, request_caller, request_method, request_hash, answer
        FROM changes
        WHERE request_id = ?1 AND request_id IS NOT NULL AND time >= ?2 AND place >= ?3
        ORDER BY place DESC
        LIMIT 1;
        """;

    // By changes_by_request, its last row.
    internal const string SelectHighest =
        "SELECT request_id FROM changes WHERE request_id IS NOT NULL ORDER BY request_id DESC LIMIT 1;";

    /// <summary>The place of an id among all ids, as the index has them in order.</summary>
    public static UInt128 NumberOf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[IdBytes];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    /// <summary>Reads the current row.</summary>
    public static KnownRequest Read(BoundStatement row, Guid id, StoreCipher? cipher) => new(
        new StoredPlace(row.GetNumber(0)).Place.Revision,
        new(
            id,
            row.FindText(1) is { } caller ? AgentName.Trusted(caller) : null,
            row.FindText(2) ?? throw new FormatException("A request has no method."),
            RequestHash.Open(BinaryPrimitives.ReadUInt128BigEndian(row.GetBytes(3)), id, cipher),
            row.FindText(4)));
}
