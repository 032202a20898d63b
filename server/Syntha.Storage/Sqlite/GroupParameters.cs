using System.Data;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Syntha.Storage.Sqlite;

/// <summary>Hands slices of pooled buffers to SQLite as they are; Dapper itself would want arrays of exactly their length.</summary>
internal sealed class GroupParameters(ReadOnlyMemory<byte> rows, ReadOnlyMemory<byte> bytes) : SqlMapper.IDynamicParameters
{
    public void AddParameters(IDbCommand command, SqlMapper.Identity identity)
    {
        command.Parameters.Add(new SqliteParameter("@rows", SqliteType.Blob) { Value = rows });
        command.Parameters.Add(new SqliteParameter("@bytes", SqliteType.Blob) { Value = bytes });
    }
}
