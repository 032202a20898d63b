using Syntha.Storage.Encryption;
using Syntha.Storage.Ground;
using Syntha.Storage.Log;
using Syntha.Storage.Postgres.Connections;
using Syntha.Storage.Postgres.Heads;
using Syntha.Storage.Postgres.Users;

namespace Syntha.Storage.Postgres.Stores;

/// <summary>A schema that is being filled, in a transaction on a connection of its own.</summary>
internal sealed class PostgresStage(
    PostgresUser user, DataKeys? keys, UserSchemas schemas, PostgresSession session, HeadWatch watch) : IStagedStore
{
    // Appends at the end of the table.
    private const string Hold = "INSERT INTO live (place) SELECT unnest(@places);";

    public async Task AddAsync(MeshPart part, CancellationToken cancellationToken) => await user.TranslatedAsync(StorePhase.Writing, async () =>
    {
        if (part.Agents.Count > 0)
        {
            await session.RunAsync(TurnStatements.WriteAgents, Agents(part), cancellationToken);
        }

        if (part.Items.Count == 0)
        {
            return true;
        }

        using var cipher = keys is null ? null : new StoreCipher(keys);
        var rows = new ChangeColumns(cipher);
        foreach (var change in PartRows.Of(part))
        {
            rows.Add(change, null);
        }

        await session.RunAsync(TurnStatements.InsertChanges, rows, cancellationToken);
        await session.RunAsync(Hold, new { places = PartRows.Places(part).ToArray() }, cancellationToken);
        return true;
    });

    public async Task<Position> PlaceAsync(long revision, bool mayReplace, CancellationToken cancellationToken)
    {
        var position = await user.TranslatedAsync(
            StorePhase.Committing,
            () => schemas.PlaceAsync(session, user.Schema, user.Keys, revision, mayReplace, cancellationToken));
        watch.Announce(user.Id, position);
        return position;
    }

    // Rolls back what was not put in its place.
    public ValueTask DisposeAsync() => session.DisposeAsync();

    private static object Agents(MeshPart part) => new
    {
        agents = part.Agents.Select(agent => agent.Name.Value).ToArray(),
        records = part.Agents.Select(StoredAgent.Write).ToArray(),
        emptied = Array.Empty<string>(),
    };
}
