using Syntha.Storage.Ground;

namespace Syntha.Storage.Postgres.Schema;

/// <summary>The steps that lead to the tables of today: those that the server has once, and those that every user has.</summary>
internal sealed record PostgresSteps(IReadOnlyList<string> Server, IReadOnlyList<string> User)
{
    public static PostgresSteps Embedded { get; } = new(SchemaSteps.Read("postgres/server"), SchemaSteps.Read("postgres/user"));

    public int LatestServer => Server.Count;

    public int LatestUser => User.Count;
}
