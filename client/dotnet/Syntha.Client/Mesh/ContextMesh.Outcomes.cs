using System.Runtime.CompilerServices;

using Google.Protobuf.Collections;

namespace Syntha.Client;

public sealed partial class ContextMesh
{
    /// <summary>
    /// Logs how a task of an agent went. Mirrors <c>OutcomeLogger</c>. The server keeps the newest 10,000 outcomes of each user.
    /// </summary>
    /// <param name="agentName">The agent: 1 to 512 bytes of UTF-8.</param>
    /// <param name="report">How the task went.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The outcome's number.</returns>
    public async Task<long> LogOutcomeAsync(string agentName, OutcomeReport report, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(report);
        var requestId = Requests.NewId();
        var request = new V1.LogOutcomeRequest
        {
            Agent = WireText.Checked(agentName, nameof(agentName)),
            Report = report.ToWire(),
            RequestId = requestId.ToString(),
        };
        return (await calls.WriteAsync(calls.Mesh.LogOutcomeAsync, request, requestId, cancellationToken).ConfigureAwait(false)).Number;
    }

    /// <summary>Lists outcomes, the newest first, and fetches page by page while it is enumerated.</summary>
    /// <param name="filter">Which outcomes. <see langword="null"/>: all.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The outcomes.</returns>
    public async IAsyncEnumerable<Outcome> ListOutcomesAsync(
        OutcomeFilter? filter = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = new V1.ListOutcomesRequest { Filter = filter?.ToWire() };
        do
        {
            var page = await calls.ReadAsync(calls.Mesh.ListOutcomesAsync, request, cancellationToken).ConfigureAwait(false);
            foreach (var outcome in page.Outcomes)
            {
                yield return Outcome.From(outcome);
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }

    /// <summary>Sums outcomes: totals, rates and average duration, of all of them, by type of task, and by agent.</summary>
    /// <param name="filter">Which outcomes. <see langword="null"/>: all.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The sums.</returns>
    public async Task<OutcomeSummary> GetOutcomeMetricsAsync(OutcomeFilter? filter = null, CancellationToken cancellationToken = default)
    {
        var request = new V1.GetOutcomeMetricsRequest { Filter = filter?.ToWire() };
        var sums = await calls.ReadAsync(calls.Mesh.GetOutcomeMetricsAsync, request, cancellationToken).ConfigureAwait(false);
        return new OutcomeSummary(OutcomeMetrics.From(sums.Overall), ByName(sums.ByTaskType), ByName(sums.ByAgent));
    }

    /// <summary>Removes outcomes for good. The client does not retry it: see the overload with a filter.</summary>
    /// <param name="agentName">Only outcomes of this agent. <see langword="null"/>: of all agents.</param>
    /// <param name="minAge">Only outcomes that were logged longer ago than this. <see langword="null"/>: of any age.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>How many outcomes were removed.</returns>
    public Task<long> ClearOutcomesAsync(
        string? agentName = null,
        TimeSpan? minAge = null,
        CancellationToken cancellationToken = default) =>
        ClearOutcomesAsync(new OutcomeFilter { AgentName = agentName, MinAge = minAge }, cancellationToken);

    /// <summary>
    /// Removes outcomes for good. The client does not retry it: a second call would also remove outcomes that were logged in between.
    /// </summary>
    /// <param name="filter">Which outcomes.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>How many outcomes were removed.</returns>
    public async Task<long> ClearOutcomesAsync(OutcomeFilter filter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var request = new V1.ClearOutcomesRequest { Filter = filter.ToWire() };
        return (await calls.WriteAsync(calls.Mesh.ClearOutcomesAsync, request, requestId: null, cancellationToken).ConfigureAwait(false))
            .RemovedOutcomes;
    }

    private static Dictionary<string, OutcomeMetrics> ByName(RepeatedField<V1.NamedOutcomeMetrics> sums) =>
        sums.ToDictionary(named => named.Name, named => OutcomeMetrics.From(named.Metrics), StringComparer.Ordinal);
}
