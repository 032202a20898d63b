using Dapper;

namespace Syntha.Storage.Ground;

/// <summary>
/// Makes one entry of Dapper's cache serve all connections of an engine. Dapper keys its cache by the connection string as well. With a
/// file for each user, the cache would hold every statement once for each user. All connections of one engine have the same tables, and no
/// text runs on both engines, so one entry is enough.
/// </summary>
internal static class StatementCache
{
    static StatementCache() => SqlMapper.ConnectionStringComparer = EqualConnections.Instance;

    /// <summary>Call it before the first statement. It sets Dapper's comparer once for the process.</summary>
    public static void Share()
    {
    }

    private sealed class EqualConnections : IEqualityComparer<string>
    {
        public static EqualConnections Instance { get; } = new();

        public bool Equals(string? x, string? y) => true;

        public int GetHashCode(string obj) => 0;
    }
}
