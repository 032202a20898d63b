using Syntha.Storage.Ground;

namespace Syntha.Storage.Postgres.Schema;

/// <summary>The steps that lead to today's tables: the server's own tables, and each user's.</summary>
internal sealed record PostgresMigrations(IReadOnlyList<string> Server, IReadOnlyList<string> User)
{
    public static PostgresMigrations Embedded { get; } = new(SchemaSteps.Read("postgres/server"), SchemaSteps.Read("postgres/user"));

    public int LatestServer => Server.Count;

    public int LatestUser => User.Count;
}
