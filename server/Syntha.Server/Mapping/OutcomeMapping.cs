using Google.Protobuf.WellKnownTypes;
using Syntha.Mesh.Outcomes;
using Syntha.Mesh.Values;
using Syntha.V1;
using Outcome = Syntha.Mesh.Outcomes.Outcome;
using OutcomeReport = Syntha.Mesh.Outcomes.OutcomeReport;

namespace Syntha.Server.Mapping;

/// <summary>Between the contract's outcomes and the domain's.</summary>
internal static class OutcomeMapping
{
    private const int MaxReportBytes = 64 * 1024;
    private const int MaxGroups = 1_000;

    /// <exception cref="MeshException">FILTER_INVALID, JSON_INVALID, VALUE_TOO_LARGE.</exception>
    public static OutcomeReport FromWire(V1.OutcomeReport? report)
    {
        if (report is null)
        {
            throw new MeshException(ErrorReason.FilterInvalid, "The request has no report.") { Field = "report" };
        }

        if (report.CalculateSize() is var size && size > MaxReportBytes)
        {
            throw MeshException.OverLimit(ErrorReason.ValueTooLarge, "The report is too large", MaxReportBytes, size, "bytes").In("report");
        }

        if (report.HasError)
        {
            CheckText(report.Error);
        }

        return Named("report.task_type", () => new OutcomeReport(report.TaskType)
        {
            IsSuccess = report.Success,
            Duration = NotNegative(report.Duration, "duration", "report.duration"),
            InputJson = report.HasInputJson ? Json(report.InputJson, "input_json") : null,
            OutputJson = report.HasOutputJson ? Json(report.OutputJson, "output_json") : null,
            Error = report.HasError ? report.Error : null,
            MetadataJson = report.HasMetadataJson ? Json(report.MetadataJson, "metadata_json", mustBeObject: true) : null,
        });
    }

    /// <exception cref="MeshException">AGENT_INVALID, FILTER_INVALID.</exception>
    public static OutcomeFilter FromWire(ListOutcomesRequest request) => Filter(
        Incoming.Agent(request.HasAgentName, request.AgentName), request.HasTaskType ? request.TaskType : null, request.MaxAge,
        request.HasSuccess ? request.Success : null);

    /// <exception cref="MeshException">AGENT_INVALID, FILTER_INVALID.</exception>
    public static OutcomeFilter FromWire(GetOutcomeMetricsRequest request) => Filter(
        Incoming.Agent(request.HasAgentName, request.AgentName), request.HasTaskType ? request.TaskType : null, request.MaxAge, isSuccess: null);

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

        return new() { Number = outcome.Number, AgentName = outcome.Agent.Value, Time = Outgoing.Time(outcome.Time), Report = report };
    }

    public static GetOutcomeMetricsResponse ToWire(IReadOnlyList<OutcomeTally> tallies) => new()
    {
        Overall = Sum(tallies),
        ByTaskType = { Groups(tallies, tally => tally.TaskType) },
        ByAgent = { Groups(tallies, tally => tally.Agent) },
    };

    private static OutcomeFilter Filter(AgentName? agent, string? taskType, Duration? maxAge, bool? isSuccess)
    {
        if (taskType is not null)
        {
            Named("task_type", () => { OutcomeReport.CheckTaskType(taskType); return true; });
        }

        return new(agent, taskType, Incoming.Age(maxAge, "max_age"), isSuccess);
    }

    private static IEnumerable<NamedOutcomeMetrics> Groups(IReadOnlyList<OutcomeTally> tallies, Func<OutcomeTally, string> name) => tallies
        .GroupBy(name, StringComparer.Ordinal)
        .OrderByDescending(group => group.Sum(tally => tally.Total))
        .Take(MaxGroups)
        .OrderBy(group => group.Key, Utf8Order.Instance)
        .Select(group => new NamedOutcomeMetrics { Name = group.Key, Metrics = Sum(group) });

    private static OutcomeMetrics Sum(IEnumerable<OutcomeTally> tallies)
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

    /// <exception cref="MeshException">FILTER_INVALID.</exception>
    public static TimeSpan? MinAge(Duration? age) => NotNegative(age, "age", "min_age");

    private static TimeSpan? NotNegative(Duration? duration, string what, string field) => Incoming.Span(duration, what, field) is not { } span ? null
        : span >= TimeSpan.Zero ? span
        : throw new MeshException(ErrorReason.FilterInvalid, $"The {what} is negative.") { Field = field };

    private static string Json(string json, string field, bool mustBeObject = false) => Named($"report.{field}", () =>
    {
        JsonText.Check(json, MaxReportBytes, field, mustBeObject);
        return json;
    });

    private static void CheckText(string text)
    {
        if (text.Contains('\0'))
        {
            throw new MeshException(ErrorReason.FilterInvalid, "The error contains U+0000; use plain Unicode text.") { Field = "report.error" };
        }
    }

    private static T Named<T>(string field, Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (MeshException refusal) when (refusal.Field is null)
        {
            throw refusal.In(field);
        }
    }
}
