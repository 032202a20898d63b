using System.Runtime.CompilerServices;

using Google.Protobuf.Collections;

using Syntha.Client.Transport;

namespace Syntha.Client;

public sealed partial class ContextMesh
{
    /// <summary>Notes how a task of an agent went. Mirrors <c>OutcomeLogger</c>. The newest 10,000 of a user are kept.</summary>
    /// <param name="agentName">The agent: 1 to 512 bytes of UTF-8.</param>
    /// <param name="report">How it went.</param>
    /// <param name="cancellationToken">Cancels the call; whether it took place is then unknown.</param>
    /// <returns>The outcome's number.</returns>
    public async Task<long> LogOutcomeAsync(string agentName, OutcomeReport report, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(report);
        var requestId = Requests.NewId();
        var request = new V1.LogOutcomeRequest
        {
            AgentName = WireText.Checked(agentName, nameof(agentName)),
            Report = report.ToWire(),
            RequestId = requestId.ToString(),
        };
        return (await calls.WriteAsync(calls.Mesh.LogOutcomeAsync, request, requestId, cancellationToken).ConfigureAwait(false)).Number;
    }

    /// <summary>Lists outcomes, the newest first, fetching page by page while it is enumerated.</summary>
    /// <param name="filter">Which; <see langword="null"/>: all.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The outcomes.</returns>
    public async IAsyncEnumerable<Outcome> ListOutcomesAsync(
        OutcomeFilter? filter = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = new V1.ListOutcomesRequest { MaxAge = filter?.MaxAge is { } age ? WireTime.ToDuration(age) : null };
        if (filter?.AgentName is { } agentName)
        {
            request.AgentName = WireText.Checked(agentName, nameof(filter));
        }

        if (filter?.TaskType is { } taskType)
        {
            request.TaskType = WireText.Checked(taskType, nameof(filter));
        }

        if (filter?.IsSuccess is { } isSuccess)
        {
            request.Success = isSuccess;
        }

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

    /// <summary>Sums outcomes up: totals, rates and average duration, in all, by type of task and by agent.</summary>
    /// <param name="filter">Which; <see langword="null"/>: all.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The sums.</returns>
    public async Task<OutcomeSummary> GetOutcomeMetricsAsync(OutcomeFilter? filter = null, CancellationToken cancellationToken = default)
    {
        var request = new V1.GetOutcomeMetricsRequest { MaxAge = filter?.MaxAge is { } age ? WireTime.ToDuration(age) : null };
        if (filter?.AgentName is { } agentName)
        {
            request.AgentName = WireText.Checked(agentName, nameof(filter));
        }

        if (filter?.TaskType is { } taskType)
        {
            request.TaskType = WireText.Checked(taskType, nameof(filter));
        }

        var sums = await calls.ReadAsync(calls.Mesh.GetOutcomeMetricsAsync, request, cancellationToken).ConfigureAwait(false);
        return new OutcomeSummary(OutcomeMetrics.From(sums.Overall), ByName(sums.ByTaskType), ByName(sums.ByAgent));
    }

    /// <summary>Removes outcomes for good.</summary>
    /// <param name="agentName">Of this agent; <see langword="null"/>: of all.</param>
    /// <param name="minAge">Only those that were logged longer ago; <see langword="null"/>: all.</param>
    /// <param name="cancellationToken">Cancels the call; whether it took place is then unknown.</param>
    /// <returns>How many were removed.</returns>
    public async Task<long> ClearOutcomesAsync(
        string? agentName = null,
        TimeSpan? minAge = null,
        CancellationToken cancellationToken = default)
    {
        var request = new V1.ClearOutcomesRequest { MinAge = minAge is { } age ? WireTime.ToDuration(age) : null };
        if (agentName is not null)
        {
            request.AgentName = WireText.Checked(agentName, nameof(agentName));
        }

        return (await calls.ReadAsync(calls.Mesh.ClearOutcomesAsync, request, cancellationToken).ConfigureAwait(false)).RemovedOutcomes;
    }

    private static Dictionary<string, OutcomeMetrics> ByName(RepeatedField<V1.NamedOutcomeMetrics> sums) =>
        sums.ToDictionary(named => named.Name, named => OutcomeMetrics.From(named.Metrics), StringComparer.Ordinal);
}
