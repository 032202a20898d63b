using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Syntha.Benchmarks.Baselines;
using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Measuring;
using Syntha.Benchmarks.Processes;
using Syntha.Benchmarks.Results;

namespace Syntha.Benchmarks.Scenarios;

/// <summary>
/// The doors beside gRPC, 128 calls in flight: a read against an empty answer of the same platform, a write against gRPC's, a tool against
/// the SDK's own tool, and what it costs gRPC that they are open.
/// </summary>
internal static class DoorsScenario
{
    private const string User = "doors";
    private const string Key = "item";
    private const string Revision = "2026-07-28";

    // For a ratio that is near 1.
    private const int Pairs = 10;

    private static readonly (string Name, string Value) Caller = ("user-id", User);

    public static async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        await CompareGetsAsync(run, cancellationToken);
        await using var bare = await run.StartBareAsync(cancellationToken);
        await using var open = await run.StartSynthaAsync(run.Scratch.NewPath("doors"), cancellationToken);
        var push = MeshCalls.Push(User, Key, BenchmarkValue.Json);
        await run.Probe.ConfirmAsync(open.Address, push, cancellationToken);

        var path = $"/v1/context/{Key}";
        var read = await OverHttpAsync(run, "GET", open, new("GET", path, [Caller]), BenchmarkValue.Json, cancellationToken);
        var nothing = await OverHttpAsync(
            run, "GET, bare", bare, new("GET", BareServer.HttpPath, []), BareServer.HttpAnswer, cancellationToken);
        var value = Encoding.UTF8.GetBytes(BenchmarkValue.Json);
        var write = await OverHttpAsync(
            run, "PUT", open, new("PUT", path, [Caller, ("content-type", "application/json")], value), "replayed", cancellationToken);
        var tool = await OverHttpAsync(
            run, "tools/call", open, ToolCall("get_context", new() { ["keys"] = new JsonArray(Key) }), "1000000000", cancellationToken);
        var echo = await OverHttpAsync(
            run, "tools/call, bare", bare, ToolCall(BareServer.EchoTool, new() { ["text"] = BenchmarkValue.Json }), "1000000000",
            cancellationToken);

        var reads = await InterleavedRounds.MeasureAsync(run, [read, nothing], cancellationToken);
        run.Add(new("GET /v1/context/{key} against an empty answer", Unit.PerSecond, reads[0], reads[1], Target.RatioAtLeast(0.8)));
        var web = new HttpCall("POST", push.Path, [Caller, ("content-type", "application/grpc-web+proto")], push.Body);
        var pushOverWeb = await OverHttpAsync(run, "Push, gRPC-Web", open, web, "grpc-status", cancellationToken);
        var writes = await InterleavedRounds.MeasureAsync(
            run, [write, OverGrpc(run, "Push", open, push), pushOverWeb], cancellationToken);
        run.Add(new("PUT /v1/context/{key} against gRPC's Push", Unit.PerSecond, writes[0], writes[1], Target.RatioAtLeast(0.8)));
        // HTTP/1.1 has a connection for each call under way, so that less is read and written at once.
        run.Add(new("PUT against Push over gRPC-Web, which is HTTP/1.1 too", Unit.PerSecond, writes[0], writes[2], Target.None));
        var tools = await InterleavedRounds.MeasureAsync(run, [tool, echo], cancellationToken);
        run.Add(new("MCP tools/call get_context against an echo tool", Unit.PerSecond, tools[0], tools[1], Target.RatioAtLeast(0.8)));
    }

    // Servers of their own, because what the compiler makes of a path depends on what has taken it.
    private static async Task CompareGetsAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        await using var open = await run.StartSynthaAsync(run.Scratch.NewPath("open-doors"), cancellationToken);
        await using var shut = await run.StartSynthaAsync(
            run.Scratch.NewPath("shut-doors"), cancellationToken, "--Doors:Http=false", "--Doors:Mcp=false");
        var push = MeshCalls.Push(User, Key, BenchmarkValue.Json);
        await run.Probe.ConfirmAsync(open.Address, push, cancellationToken);
        await run.Probe.ConfirmAsync(shut.Address, push, cancellationToken);
        var get = MeshCalls.Get(User, Key);
        var gets = await InterleavedRounds.MeasureAsync(
            run, [OverGrpc(run, "Get, doors open", open, get), OverGrpc(run, "Get, doors shut", shut, get)], cancellationToken, Pairs);
        run.Add(new("Get over gRPC, doors open against shut", Unit.PerSecond, gets[0], gets[1], Target.RatioAtLeast(0.98)));
    }

    private static HttpCall ToolCall(string name, JsonObject arguments)
    {
        var body = new JsonObject
        {
            ["jsonrpc"] = "2.0",
            ["id"] = 1,
            ["method"] = "tools/call",
            ["params"] = new JsonObject
            {
                ["name"] = name,
                ["arguments"] = arguments,
                ["_meta"] = new JsonObject
                {
                    ["io.modelcontextprotocol/protocolVersion"] = Revision,
                    ["io.modelcontextprotocol/clientInfo"] = new JsonObject { ["name"] = "benchmark", ["version"] = "1" },
                    ["io.modelcontextprotocol/clientCapabilities"] = new JsonObject(),
                },
            },
        };
        return new(
            "POST",
            "/mcp",
            [
                Caller, ("agent-name", "planner"), ("content-type", "application/json"), ("accept", "application/json, text/event-stream"),
                ("mcp-protocol-version", Revision), ("mcp-method", "tools/call"), ("mcp-name", name),
            ],
            JsonSerializer.SerializeToUtf8Bytes(body));
    }

    private static Contender OverGrpc(BenchmarkRun run, string name, ServerProcess server, GrpcRequest call) => Contender.OfCalls(
        name, server, (calls, token) => run.H2Load.RunAsync(server.Address, call, LoadShape.Standard, calls, token));

    // h2load counts answers of other statuses as failures, and all answers of a round have the length of the first, or a digit more.
    private static async Task<Contender> OverHttpAsync(
        BenchmarkRun run, string name, ServerProcess server, HttpCall call, string expected, CancellationToken cancellationToken)
    {
        using var client = new HttpClient(new SocketsHttpHandler());
        using var request = new HttpRequestMessage(new(call.Method), new Uri(server.Http, call.Path));
        request.Content = call.Body is null ? null : new ByteArrayContent(call.Body);
        foreach (var (header, value) in call.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(header, value))
            {
                request.Content!.Headers.TryAddWithoutValidation(header, value);
            }
        }

        using var response = await client.SendAsync(request, cancellationToken);
        var answer = await response.Content.ReadAsStringAsync(cancellationToken);
        if (!response.IsSuccessStatusCode || !answer.Contains(expected, StringComparison.Ordinal))
        {
            throw new BenchmarkException($"{name} answers {(int)response.StatusCode}: {answer}");
        }

        return Contender.OfCalls(
            name, server, (calls, token) => run.H2Load.RunHttpAsync(server.Http, call, LoadShape.Standard, calls, token));
    }
}
