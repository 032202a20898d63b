namespace Syntha.Storage.Postgres.Connections;

/// <summary>
/// Statements on the tables of whichever user the search path names. A prepared statement has a plan for one path: under another one it is
/// planned anew, which costs more than to run it. So on each connection the users who came last have statements of their own, of the same
/// text but for a comment.
/// </summary>
internal sealed class UserText(string text)
{
    /// <summary>How many users have statements of their own on a connection, each set of which takes the process behind it some 100 kB.</summary>
    public const int Copies = 8;

    private readonly string[] copies = [.. Enumerable.Range(0, Copies).Select(number => text.Replace(";", $" /* {number} */;", StringComparison.Ordinal))];

    public string Copy(int number) => copies[number];
}
