using Syntha.Benchmarks.Scenarios;

namespace Syntha.Benchmarks;

/// <summary>Something to measure, by the name that <c>--only</c> takes.</summary>
internal sealed record Scenario(string Name, Func<BenchmarkRun, CancellationToken, Task> RunAsync)
{
    public static readonly IReadOnlyList<Scenario> All =
    [
        new("generator", GeneratorScenario.RunAsync),
        new("get", GetScenario.RunAsync),
        new("push", PushScenario.RunAsync),
        new("push-users", PushUsersScenario.RunAsync),
        new("items", ItemsScenario.RunAsync),
        new("list", ListScenario.RunAsync),
        new("open", OpenScenario.RunAsync),
        new("many-users", ManyUsersScenario.RunAsync),
        new("start", StartScenario.RunAsync),
    ];
}
