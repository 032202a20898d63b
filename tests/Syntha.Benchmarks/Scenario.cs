using Syntha.Benchmarks.Fairness;
using Syntha.Benchmarks.Peers;
using Syntha.Benchmarks.Scenarios;
using Syntha.Benchmarks.Scenarios.Postgres;

namespace Syntha.Benchmarks;

/// <summary>One measurement.</summary>
/// <param name="Name">The name that <c>--only</c> takes.</param>
/// <param name="RunAsync">Measures.</param>
/// <param name="IsOnlyByName">Whether a run of all scenarios leaves it out, because it measures other servers than ours.</param>
internal sealed record Scenario(string Name, Func<BenchmarkRun, CancellationToken, Task> RunAsync, bool IsOnlyByName = false)
{
    public static readonly IReadOnlyList<Scenario> All =
    [
        new("generator", GeneratorScenario.RunAsync),
        new("get", GetScenario.RunAsync),
        new("push", PushScenario.RunAsync),
        new("push-users", PushUsersScenario.RunAsync),
        new("safety", SafetyScenario.RunAsync),
        new("encryption", EncryptionScenario.RunAsync),
        new("items", ItemsScenario.RunAsync),
        new("list", ListScenario.RunAsync),
        new("commit", CommitScenario.RunAsync),
        new("tool-call", AgentScenario.CallToolAsync),
        new("tool-list", AgentScenario.ListToolsAsync),
        new("prompt", AgentScenario.BuildPromptAsync),
        new("doors", DoorsScenario.RunAsync),
        new("doors-stream", DoorsStreamScenario.RunAsync),
        new("open", OpenScenario.RunAsync),
        new("many-users", ManyUsersScenario.RunAsync),
        new("start", StartScenario.RunAsync),
        new("start-dist", StartDistScenario.RunAsync),
        new("stream-latency", StreamLatencyScenario.RunAsync),
        new("stream-fanout", StreamFanoutScenario.RunAsync),
        new("stream-replay", StreamReplayScenario.RunAsync),
        new("stream-idle", StreamIdleScenario.RunAsync),
        new("stream-stalled", StreamStalledScenario.RunAsync),
        new("stream-expiry", StreamExpiryScenario.RunAsync),
        new("fuzz", FuzzScenario.RunAsync),
        new("fairness", FairnessScenario.RunAsync),
        new("postgres-push", PostgresPushScenario.RunAsync),
        new("postgres-get", PostgresGetScenario.RunAsync),
        new("postgres-nodes", PostgresNodesScenario.RunAsync),
        new("postgres-users", PostgresUsersScenario.RunAsync),
        new("peers", PeersScenario.RunAsync, IsOnlyByName: true),
    ];
}
