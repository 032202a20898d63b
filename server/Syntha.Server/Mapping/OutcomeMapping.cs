using Google.Protobuf.WellKnownTypes;
using Syntha.Mesh.Outcomes;
using Syntha.Mesh.Values;

namespace Syntha.Server.Mapping;

/// <summary>Translates outcomes between the contract and the domain.</summary>
internal static class OutcomeMapping
{
    private const int MaxReportBytes = 64 * 1024;
    private const int MaxGroups = 1_000;

    /// <exception cref="MeshException">ARGUMENT_INVALID, JSON_INVALID, VALUE_TOO_LARGE.</exception>
    public static OutcomeReport FromWire(V1.OutcomeReport? report)
    {
        if (report is null)
        {
            throw Mapping.FromWire.Invalid("report", "The request has no report.");
        }

        if (report.CalculateSize() is var size && size > MaxReportBytes)
        {
            throw MeshException.OverLimit(ErrorReason.ValueTooLarge, "The report is too large", MaxReportBytes, size, "bytes").In("report");
        }

        if (report.HasError)
        {
            CheckText(report.Error);
        }

        return Mapping.FromWire.Located("report.task_type", () => new OutcomeReport(report.TaskType)
        {
            IsSuccess = report.Success,
            Duration = Mapping.FromWire.NotNegative(report.Duration, "duration", "report.duration", ErrorReason.ArgumentInvalid),
            InputJson = report.HasInputJson ? Json(report.InputJson, "input_json") : null,
            OutputJson = report.HasOutputJson ? Json(report.OutputJson, "output_json") : null,
            Error = report.HasError ? report.Error : null,
            MetadataJson = report.HasMetadataJson ? Json(report.MetadataJson, "metadata_json", mustBeObject: true) : null,
        });
    }

    /// <exception cref="MeshException">AGENT_INVALID, FILTER_INVALID.</exception>
    public static OutcomeFilter FromWire(V1.OutcomeFilter? filter)
    {
        if (filter is null)
        {
            return OutcomeFilter.All;
        }

        if (filter.HasTaskType)
        {
            Mapping.FromWire.Located("filter.task_type", () =>
            {
                OutcomeReport.CheckTaskType(filter.TaskType, ErrorReason.FilterInvalid);
                return true;
            });
        }

        return new(
            filter.HasAgent ? Mapping.FromWire.Located("filter.agent", () => AgentName.Parse(filter.Agent)) : null,
            filter.HasTaskType ? filter.TaskType : null,
            Mapping.FromWire.Age(filter.MaxAge, "filter.max_age", ErrorReason.FilterInvalid),
            Mapping.FromWire.NotNegative(filter.MinAge, "age", "filter.min_age", ErrorReason.FilterInvalid),
            filter.HasSuccess ? filter.Success : null);
    }

    public static V1.Outcome ToWire(Outcome outcome)
    {
        var report = new V1.OutcomeReport { TaskType = outcome.Report.TaskType, Success = outcome.Report.IsSuccess };
        if (outcome.Report.Duration is { } duration)
        {
            report.Duration = Duration.FromTimeSpan(duration);
        }

        if (outcome.Report.InputJson is { } input)
        {
            report.InputJson = input;
        }

        if (outcome.Report.OutputJson is { } output)
        {
            report.OutputJson = output;
        }

        if (outcome.Report.Error is { } error)
        {
            report.Error = error;
        }

        if (outcome.Report.MetadataJson is { } metadata)
        {
            report.MetadataJson = metadata;
        }

        return new() { Number = outcome.Number, Agent = outcome.Agent.Value, LogTime = Mapping.ToWire.Time(outcome.Time), Report = report };
    }

    public static V1.GetOutcomeMetricsResponse ToWire(IReadOnlyList<OutcomeTally> tallies) => new()
    {
        Overall = Sum(tallies),
        ByTaskType = { Groups(tallies, tally => tally.TaskType) },
        ByAgent = { Groups(tallies, tally => tally.Agent) },
    };

    private static IEnumerable<V1.NamedOutcomeMetrics> Groups(
        IReadOnlyList<OutcomeTally> tallies, Func<OutcomeTally, string> name) => tallies
        .GroupBy(name, StringComparer.Ordinal)
        .OrderByDescending(group => group.Sum(tally => tally.Total))
        .Take(MaxGroups)
        .OrderBy(group => group.Key, Utf8Order.Instance)
        .Select(group => new V1.NamedOutcomeMetrics { Name = group.Key, Metrics = Sum(group) });

    private static V1.OutcomeMetrics Sum(IEnumerable<OutcomeTally> tallies)
    {
        var (total, succeeded, timed, seconds) = (0L, 0L, 0L, 0d);
        foreach (var tally in tallies)
        {
            total += tally.Total;
            succeeded += tally.Succeeded;
            timed += tally.Timed;
            seconds += tally.Seconds;
        }
        return new()
        {
            Total = total,
            Succeeded = succeeded,
            Failed = total - succeeded,
            SuccessRate = total == 0 ? 0 : (double)succeeded / total,
            ErrorRate = total == 0 ? 0 : (double)(total - succeeded) / total,
            AverageDuration = timed == 0 ? null : Duration.FromTimeSpan(TimeSpan.FromSeconds(seconds / timed)),
        };
    }

    private static string Json(string json, string field, bool mustBeObject = false) => Mapping.FromWire.Located($"report.{field}", () =>
    {
        JsonText.Check(json, MaxReportBytes, field, mustBeObject);
        return json;
    });

    private static void CheckText(string text)
    {
        if (text.Contains('\0'))
        {
            throw Mapping.FromWire.Invalid("report.error", "The error contains U+0000. Use text without it.");
        }
    }
}
