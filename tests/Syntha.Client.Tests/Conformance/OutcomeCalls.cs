using System.Text.Json.Nodes;

namespace Syntha.Client.Tests.Conformance;

/// <summary>The calls about outcomes: see <see cref="ClientCalls"/>.</summary>
internal static class OutcomeCalls
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    internal static async Task<JsonObject> LogAsync(ContextMesh mesh, Given given) =>
        new() { ["number"] = Telling.Number(await mesh.LogOutcomeAsync(given.AgentName!, Report(given), Token)) };

    internal static async Task<JsonObject> LogAsAgentAsync(ContextMesh mesh, Given given) =>
        new() { ["number"] = Telling.Number(await mesh.ForAgent(given.AgentName!).LogOutcomeAsync(Report(given), Token)) };

    internal static async Task<JsonObject> ListAsync(ContextMesh mesh, Given given)
    {
        var outcomes = new JsonArray();
        await foreach (var outcome in mesh.ListOutcomesAsync(Filter(given), Token))
        {
            outcomes.Add((JsonNode)Telling.Of(outcome));
        }

        return new() { ["outcomes"] = outcomes };
    }

    internal static async Task<JsonObject> GetMetricsAsync(ContextMesh mesh, Given given)
    {
        var summary = await mesh.GetOutcomeMetricsAsync(Filter(given), Token);
        return new()
        {
            ["overall"] = Telling.Of(summary.Overall),
            ["byTaskType"] = Named(summary.ByTaskType),
            ["byAgent"] = Named(summary.ByAgent),
        };
    }

    internal static async Task<JsonObject> ClearAsync(ContextMesh mesh, Given given) =>
        new() { ["removedOutcomes"] = Telling.Number(await mesh.ClearOutcomesAsync(Filter(given), Token)) };

    private static OutcomeReport Report(Given given)
    {
        var report = given.Find("report")!;
        return new(report.Text("taskType")!, report.Flag("success") ?? false)
        {
            Duration = report.Seconds("duration"),
            Input = report.Value("inputJson"),
            Output = report.Value("outputJson"),
            Error = report.Text("error"),
            Metadata = report.Value("metadataJson"),
        };
    }

    private static OutcomeFilter Filter(Given given) => new()
    {
        AgentName = given.Filter.AgentName,
        TaskType = given.Filter.Text("taskType"),
        MaxAge = given.Filter.Seconds("maxAge"),
        MinAge = given.Filter.Seconds("minAge"),
        IsSuccess = given.Filter.Flag("success"),
    };

    private static JsonArray Named(IReadOnlyDictionary<string, OutcomeMetrics> metrics) =>
        new([.. metrics.Select(pair => new JsonObject { ["name"] = pair.Key, ["metrics"] = Telling.Of(pair.Value) })]);
}
