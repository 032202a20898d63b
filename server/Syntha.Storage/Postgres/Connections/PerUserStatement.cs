namespace Syntha.Storage.Postgres.Connections;

/// <summary>
/// A statement on one user's tables. The search path says which user's. PostgreSQL plans a prepared statement for one search path, and
/// plans it anew under another one, which costs more than to run it. So each connection has copies of every statement for the users that
/// came last. The copies differ in a comment, so PostgreSQL takes them for different statements. Immutable; thread-safe.
/// </summary>
/// <param name="before">The text up to the place where the user's role is taken or left.</param>
/// <param name="role">The statement that takes or leaves the role. Only users that have a role get it.</param>
/// <param name="after">The rest of the text.</param>
internal sealed class PerUserStatement(string before, string role, string after)
{
    /// <summary>How many users have copies on a connection. The copies of one user take 100 kB of the process behind it.</summary>
    public const int Copies = 8;

    private readonly string[] plain = Copy(before + after);
    private readonly string[] asRole = Copy(before + role + after);

    public string Text(int copy, bool isAsRole) => isAsRole ? asRole[copy] : plain[copy];

    private static string[] Copy(string text) =>
        [.. Enumerable.Range(0, Copies).Select(copy => text.Replace(";", $" /* {copy} */;", StringComparison.Ordinal))];
}
