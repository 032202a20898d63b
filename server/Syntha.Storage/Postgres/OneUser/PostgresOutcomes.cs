using Syntha.Mesh.Outcomes;
using Syntha.Storage.Ground;
using Syntha.Storage.Outcomes;

namespace Syntha.Storage.Postgres.OneUser;

/// <summary>The outcomes in a user's schema. Neither their reads nor their writes lock the user's head.</summary>
internal sealed class PostgresOutcomes(PostgresUserStore store) : IOutcomeStore
{
    public ValueTask<LoggedOutcome> LogAsync(
        AgentName agent, OutcomeReport report, RequestIdentity? request, long maxBytes, CancellationToken cancellationToken) =>
        store.BesideAsync<LoggedOutcome>(StorePhase.Writing, async (session, now, cipher) =>
        {
            var parameters = OutcomeParameters.Insert(agent, report, request, now, cipher);
            if (await session.OneAsync<long?>(OutcomeStatements.Insert, parameters, cancellationToken) is not { } number)
            {
                return OutcomeParameters.Known(await session.OneAsync<RequestRow>(
                    OutcomeStatements.FindRequest, new { requestId = request?.Id.ToString() }, cancellationToken), request, cipher);
            }
            if (await session.OneAsync<long>(OutcomeStatements.IsAboveCount, OutcomeTrimming.Kept, cancellationToken) > 0 ||
                (OutcomeTrimming.IsSummed(report) &&
                 await session.OneAsync<long>(OutcomeStatements.SumBytes, null, cancellationToken) > maxBytes))
            {
                await session.RunAsync(OutcomeStatements.DropOld, OutcomeTrimming.Left(maxBytes), cancellationToken);
            }

            return new(number, IsReplay: false, request?.ContentHash ?? default);
        }, cancellationToken);

    public ValueTask<OutcomePage> ListAsync(
        OutcomeFilter filter, long? before, int maxCount, long maxBytes, CancellationToken cancellationToken) =>
        store.BesideAsync(StorePhase.Reading, async (session, now, cipher) =>
        {
            var rows = await session.AllAsync<OutcomeRow>(
                OutcomeStatements.List, OutcomeParameters.List(filter, before, maxCount, maxBytes, now), cancellationToken);
            return OutcomeRow.Page([.. rows], maxCount, cipher);
        }, cancellationToken);

    public ValueTask<IReadOnlyList<OutcomeTally>> CountAsync(OutcomeFilter filter, CancellationToken cancellationToken) =>
        store.BesideAsync<IReadOnlyList<OutcomeTally>>(StorePhase.Reading, async (session, now, _) =>
        {
            var rows = await session.AllAsync<TallyRow>(
                OutcomeStatements.Count, OutcomeParameters.Matching(filter, now), cancellationToken);
            return [.. rows.Select(row => row.ToTally())];
        }, cancellationToken);

    public ValueTask<long> ClearAsync(OutcomeFilter filter, CancellationToken cancellationToken) =>
        store.BesideAsync<long>(
            StorePhase.Writing,
            async (session, now, _) => await session.RunAsync(
                OutcomeStatements.Clear, OutcomeParameters.Matching(filter, now), cancellationToken),
            cancellationToken);
}
