using Google.Protobuf.WellKnownTypes;
using Syntha.Benchmarks.Baselines;
using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Measuring;
using Syntha.Benchmarks.Processes;
using Syntha.Benchmarks.Results;
using Syntha.V1;

namespace Syntha.Benchmarks.Scenarios;

/// <summary>The agents' calls other than reads and pushes, 128 in flight, each against Get of the same server in the same rounds.</summary>
internal static class AgentScenario
{
    private const string UserId = "agent-user";
    private const string Agent = "planner";
    private const int PromptItems = 100;

    // A target of our own, beside the promised one.
    private const double BareTarget = 0.7;

    // A BytesValue adds this much to 16 kB to 2 MB of bytes.
    private const int BytesAroundValue = 4;

    public static Task CallToolAsync(BenchmarkRun run, CancellationToken cancellationToken) => RunAsync(
        run, "CallTool get_context of one key", "tool-call", 0.7,
        GrpcRequest.Of("/syntha.v1.ToolHandler/CallTool", UserId, new CallToolRequest
        {
            AsAgent = Agent,
            Name = "get_context",
            ArgumentsJson = $$"""{"keys": ["{{MeshCalls.Key(0)}}"]}""",
        }),
        answer => CallToolResponse.Parser.ParseFrom(answer).Success,
        bare: null, cancellationToken);

    public static Task ListToolsAsync(BenchmarkRun run, CancellationToken cancellationToken) => RunAsync(
        run, "ListTools of seven tools", "tool-list", 0.5,
        GrpcRequest.Of(
            "/syntha.v1.ToolHandler/ListTools", UserId, new ListToolsRequest { Agent = Agent, Dialect = ToolDialect.Openai }),
        answer => ListToolsResponse.Parser.ParseFrom(answer).Tools.Count == 7,
        bare: null, cancellationToken);

    /// <summary>
    /// A prompt is some 29 kB. Sending so many bytes is the larger part of such a call on any server: the bare server, which does nothing
    /// else, was measured at 0.43 of Get on two quiet cores. So the prompt is also compared with a bare method that answers with as many
    /// bytes.
    /// </summary>
    public static async Task BuildPromptAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        await using var bare = await run.StartBareAsync(cancellationToken);
        await RunAsync(
            run, $"BuildPrompt of {PromptItems} items", "prompt", 0.5,
            GrpcRequest.Of(
                "/syntha.v1.ToolHandler/BuildPrompt", UserId,
                new BuildPromptRequest { AsAgent = Agent, Spec = new() { System = new() } }),
            answer => BuildPromptResponse.Parser.ParseFrom(answer).Prompt.Keys.Count == PromptItems,
            bare, cancellationToken);
    }

    private static async Task RunAsync(
        BenchmarkRun run, string name, string folder, double target, GrpcRequest call, Func<byte[], bool> isRight, ServerProcess? bare,
        CancellationToken cancellationToken)
    {
        await using var ours = await run.StartSynthaAsync(run.Scratch.NewPath(folder), cancellationToken);
        for (var key = 0; key < PromptItems; key++)
        {
            await run.Probe.ConfirmAsync(ours.Address, MeshCalls.Push(UserId, MeshCalls.Key(key), BenchmarkValue.Json), cancellationToken);
        }

        var answer = await run.Probe.ConfirmAsync(ours.Address, call, cancellationToken);
        if (!isRight(answer[GrpcRequest.FramingBytes..]))
        {
            throw new BenchmarkException($"{name} does not answer what it should.");
        }

        List<Contender> contenders =
        [
            await ContenderAsync(run, name, ours, call, cancellationToken),
            await ContenderAsync(run, "Get", ours, MeshCalls.Get(UserId, MeshCalls.Key(0)), cancellationToken),
        ];
        if (bare is not null)
        {
            contenders.Add(await ContenderAsync(run, "bare answer", bare, BareAnswer(answer.Length), cancellationToken));
        }

        var measured = await InterleavedRounds.MeasureAsync(run, contenders, cancellationToken);
        run.Add(new($"{name}, 128 in flight", Unit.PerSecond, measured[0], measured[1], Target.RatioAtLeast(target)));
        if (bare is not null)
        {
            var ownTarget = Target.RatioAtLeast(BareTarget);
            run.Add(new($"{name}, against as many bytes (a target of our own)", Unit.PerSecond, measured[0], measured[2], ownTarget));
        }
    }

    private static GrpcRequest BareAnswer(int bytes) => GrpcRequest.Of(
        BareContract.AnswerPath, userId: null, new Int32Value { Value = bytes - GrpcRequest.FramingBytes - BytesAroundValue });

    private static async Task<Contender> ContenderAsync(
        BenchmarkRun run, string name, ServerProcess server, GrpcRequest call, CancellationToken cancellationToken)
    {
        var answerBytes = (await run.Probe.ConfirmAsync(server.Address, call, cancellationToken)).Length;
        return Contender.OfCalls(name, server, async (calls, token) =>
        {
            var result = await run.H2Load.RunAsync(server.Address, call, LoadShape.Standard, calls, token);
            // No call writes meanwhile, so every answer has the length of the first.
            return result.AnswerBytes == (long)calls * answerBytes
                ? result
                : throw new BenchmarkException($"Not every call of {name} was answered alike.");
        });
    }
}
