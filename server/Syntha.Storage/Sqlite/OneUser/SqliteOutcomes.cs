using Syntha.Mesh.Outcomes;
using Syntha.Storage.Outcomes;
using Syntha.Storage.Sqlite.Connections;
using Syntha.Storage.Sqlite.Rows;

namespace Syntha.Storage.Sqlite.OneUser;

/// <summary>
/// The outcomes in a user's file. Their writes and the mesh's writes exclude each other. Their reads do not wait for writes.
/// </summary>
internal sealed class SqliteOutcomes(SqliteUserStore store, TimeProvider time) : IOutcomeStore
{
    public async ValueTask<LoggedOutcome> LogAsync(
        AgentName agent, OutcomeReport report, RequestIdentity? request, long maxBytes, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return await store.WriteBesideAsync((connection, cipher) =>
        {
            var parameters = OutcomeParameters.Insert(agent, report, request, now, cipher);
            if (Sql.One<long?>(connection, OutcomeStatements.Insert, parameters) is not { } number)
            {
                var known = Sql.One<RequestRow>(
                    connection, OutcomeStatements.FindRequest, new { requestId = request?.Id.ToString() });
                return OutcomeParameters.Known(known, request, cipher);
            }

            if (Sql.One<long>(connection, OutcomeStatements.IsAboveCount, OutcomeTrimming.Kept) > 0 ||
                (OutcomeTrimming.IsSummed(report) && Sql.One<long>(connection, OutcomeStatements.SumBytes) > maxBytes))
            {
                Sql.Run(connection, OutcomeStatements.DropOld, OutcomeTrimming.Left(maxBytes));
            }

            return new(number, IsReplay: false, request?.ContentHash ?? default);
        }, cancellationToken);
    }

    public async ValueTask<OutcomePage> ListAsync(
        OutcomeFilter filter, long? before, int maxCount, long maxBytes, CancellationToken cancellationToken)
    {
        var parameters = OutcomeParameters.List(filter, before, maxCount, maxBytes, time.GetUtcNow());
        return await store.ReadBesideAsync(
            (connection, keys) => Sql.Snapshot(connection, () =>
            {
                using var cipher = DataKeyColumn.Cipher(connection, keys);
                return OutcomeRow.Page([.. Sql.All<OutcomeRow>(connection, OutcomeStatements.List, parameters)], maxCount, cipher);
            }),
            cancellationToken);
    }

    public async ValueTask<IReadOnlyList<OutcomeTally>> CountAsync(OutcomeFilter filter, CancellationToken cancellationToken)
    {
        var parameters = OutcomeParameters.Matching(filter, time.GetUtcNow());
        return await store.ReadBesideAsync<IReadOnlyList<OutcomeTally>>(
            (connection, _) => [.. Sql.All<TallyRow>(connection, OutcomeStatements.Count, parameters).Select(row => row.ToTally())],
            cancellationToken);
    }

    public async ValueTask<long> ClearAsync(OutcomeFilter filter, CancellationToken cancellationToken)
    {
        var parameters = OutcomeParameters.Matching(filter, time.GetUtcNow());
        return await store.WriteBesideAsync<long>(
            (connection, _) => Sql.Run(connection, OutcomeStatements.Clear, parameters), cancellationToken);
    }
}
