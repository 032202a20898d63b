using Syntha.Storage.Encryption;
using Syntha.Storage.Ground;
using Syntha.Storage.Log;
using Syntha.Storage.Postgres.Connections;
using Syntha.Storage.Postgres.Heads;
using Syntha.Storage.Postgres.OneUser;

namespace Syntha.Storage.Postgres.AllUsers;

/// <summary>A schema that is being filled, in a transaction on a connection of its own. For one caller at a time.</summary>
internal sealed class PostgresStagedStore(
    PostgresUser user, DataKeys? keys, StoreRight right, UserSchemas schemas, PostgresSession session, HeadWatch watch) : IStagedStore
{
    // Appends at the end of the table.
    private const string Hold = "INSERT INTO live (place) SELECT unnest(@places);";

    public async Task AddAsync(MeshPart part, CancellationToken cancellationToken) =>
        await user.TranslatedAsync(StorePhase.Writing, async () =>
        {
            if (part.Agents.Count > 0)
            {
                await session.RunAsync(TransactionStatements.WriteAgents, Agents(part), cancellationToken);
            }

            if (part.Items.Count == 0)
            {
                return;
            }

            using var cipher = keys is null ? null : new StoreCipher(keys);
            var rows = new ChangeColumns(cipher);
            foreach (var change in PartRows.Of(part))
            {
                rows.Add(change, null);
            }

            await session.RunAsync(TransactionStatements.InsertChanges, rows, cancellationToken);
            await session.RunAsync(Hold, new { places = PartRows.Places(part).ToArray() }, cancellationToken);
        });

    public async Task<Position> PlaceAsync(long revision, bool mayReplace, CancellationToken cancellationToken)
    {
        var position = await user.TranslatedAsync(
            StorePhase.Committing,
            () => schemas.PutInPlaceAsync(session, user.Schema, user.Keys, right, revision, mayReplace, cancellationToken));
        watch.Announce(user.Id, position);
        return position;
    }

    // Rolls back, unless the schema was put in its place.
    public ValueTask DisposeAsync() => session.DisposeAsync();

    private static object Agents(MeshPart part) => new
    {
        agents = part.Agents.Select(agent => agent.Name.Value).ToArray(),
        records = part.Agents.Select(StoredAgent.Write).ToArray(),
        emptied = Array.Empty<string>(),
    };
}
