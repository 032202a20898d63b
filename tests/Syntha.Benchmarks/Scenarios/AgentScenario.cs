using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Measuring;
using Syntha.Benchmarks.Results;
using Syntha.V1;

namespace Syntha.Benchmarks.Scenarios;

/// <summary>What agents call beyond reads and pushes, 128 in flight, each against Get of the same server in the same rounds.</summary>
internal static class AgentScenario
{
    private const string UserId = "agent-user";
    private const string Agent = "planner";
    private const int PromptItems = 100;

    public static Task CallToolAsync(BenchmarkRun run, CancellationToken cancellationToken) => RunAsync(
        run, "CallTool get_context of one key", "tool-call", 0.7,
        GrpcRequest.Of("/syntha.v1.ToolHandler/CallTool", UserId, new CallToolRequest
        {
            AgentName = Agent,
            Name = "get_context",
            ArgumentsJson = $$"""{"keys": ["{{MeshCalls.Key(0)}}"]}""",
        }),
        answer => CallToolResponse.Parser.ParseFrom(answer).Success,
        cancellationToken);

    public static Task ListToolsAsync(BenchmarkRun run, CancellationToken cancellationToken) => RunAsync(
        run, "ListTools of seven tools", "tool-list", 0.5,
        GrpcRequest.Of("/syntha.v1.ToolHandler/ListTools", UserId, new ListToolsRequest { AgentName = Agent, Dialect = ToolDialect.Openai }),
        answer => ListToolsResponse.Parser.ParseFrom(answer).Tools.Count == 7,
        cancellationToken);

    public static Task BuildPromptAsync(BenchmarkRun run, CancellationToken cancellationToken) => RunAsync(
        run, $"BuildPrompt of {PromptItems} items", "prompt", 0.5,
        GrpcRequest.Of("/syntha.v1.ToolHandler/BuildPrompt", UserId, new ToolHandlerBuildPromptRequest { AgentName = Agent, Spec = new() { System = new() } }),
        answer => ToolHandlerBuildPromptResponse.Parser.ParseFrom(answer).Prompt.Keys.Count == PromptItems,
        cancellationToken);

    private static async Task RunAsync(
        BenchmarkRun run, string name, string folder, double target, GrpcRequest call, Func<byte[], bool> isRight, CancellationToken cancellationToken)
    {
        await using var ours = await run.StartSynthaAsync(run.Scratch.NewPath(folder), cancellationToken);
        for (var key = 0; key < PromptItems; key++)
            await run.Probe.ConfirmAsync(ours.Address, MeshCalls.Push(UserId, MeshCalls.Key(key), BenchmarkValue.Json), cancellationToken);
        var answer = await run.Probe.ConfirmAsync(ours.Address, call, cancellationToken);
        if (!isRight(answer[GrpcRequest.FramingBytes..]))
            throw new BenchmarkException($"{name} does not answer what it should.");

        var get = MeshCalls.Get(UserId, MeshCalls.Key(0));
        var measured = await InterleavedRounds.MeasureAsync(
            run,
            [
                Contender.OfCalls(name, ours, (calls, token) => run.H2Load.RunAsync(ours.Address, call, LoadShape.Standard, calls, token)),
                Contender.OfCalls("Get", ours, (calls, token) => run.H2Load.RunAsync(ours.Address, get, LoadShape.Standard, calls, token)),
            ],
            cancellationToken);
        run.Add(new($"{name}, 128 in flight", Unit.PerSecond, measured[0], measured[1], Target.RatioAtLeast(target)));
    }
}
