using Syntha.Client.Tests.RealServer;

namespace Syntha.Client.Tests.Conformance;

/// <summary>Every scenario of <c>tests/conformance</c> through this client. The clients of other languages run the same ones.</summary>
public sealed class ConformanceTests(SharedServer shared)
{
    public static TheoryData<string> Scenarios { get; } = [.. Scenario.All.Keys];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Scenario_RunThroughTheClient_GoesAsItSays(string name)
    {
        await using var run = new ScenarioRun(shared.Server.Client, shared.Server.Address);
        foreach (var step in Scenario.All[name].Steps)
        {
            await run.TakeAsync(step);
        }
    }
}
