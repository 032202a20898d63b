using Dapper;

namespace Syntha.Storage.Ground;

/// <summary>
/// Dapper's cache of statements is keyed by connection string as well: with a file per user it would hold every statement once per user.
/// All connections of one engine have the same tables, and no text is used on both engines, so that one entry serves them all.
/// </summary>
internal static class StatementCache
{
    static StatementCache() => SqlMapper.ConnectionStringComparer = EqualConnections.Instance;

    /// <summary>To be called before the first statement; what is said here is said once for the process.</summary>
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
