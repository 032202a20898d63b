using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Tool = ModelContextProtocol.Protocol.Tool;

// The suite asks clients of older revisions for what a newer one has given up.
#pragma warning disable MCP9005

namespace Syntha.Server.Tests.Mcp.Conformance;

/// <summary>
/// The tools, resources and prompts that the conformance suite prescribes. They take the place of the mesh's own behind the same door: the
/// requests are admitted, bounded and answered as those of the product. Streams of changes stay those of the product.
/// </summary>
internal sealed class McpFixtures(Func<Task> changeTools)
{
    private static readonly Dictionary<string, CallToolResult> Answers = new(StringComparer.Ordinal)
    {
        ["test_simple_text"] = Text("A text, and nothing else."),
        ["test_image_content"] = Of<CallToolResult>($$"""{"content":[{{FixtureContent.Image}}]}"""),
        ["test_audio_content"] = Of<CallToolResult>($$"""{"content":[{{FixtureContent.Sound}}]}"""),
        ["test_embedded_resource"] = Of<CallToolResult>(
            """{"content":[{"type":"resource","resource":{"uri":"test://embedded-resource","mimeType":"text/plain","text":"Within."}}]}"""),
        ["test_multiple_content_types"] = Of<CallToolResult>($$$"""
            {"content":[{"type":"text","text":"Of each kind one:"},{{{FixtureContent.Image}}},
            {"type":"resource","resource":{"uri":"test://mixed-content-resource","mimeType":"application/json","text":"{\"n\":1}"}}]}
            """),
        ["test_error_handling"] = Of<CallToolResult>("""{"isError":true,"content":[{"type":"text","text":"This tool always fails."}]}"""),
    };

    private static readonly string[] Acting =
    [
        "test_tool_with_logging", "test_tool_with_progress", "test_sampling", "test_elicitation", "test_elicitation_sep1034_defaults",
        "test_elicitation_sep1330_enums", "test_missing_capability", "test_streaming_elicitation", "test_logging_tool",
        "test_trigger_tool_change", .. FixtureRounds.Tools,
    ];

    /// <summary>Puts the fixtures into the place of what the door serves.</summary>
    public void Configure(HttpContext http, McpServerOptions options)
    {
        options.Capabilities!.Logging = new();
        options.Capabilities.Resources!.Subscribe = true;
        var handlers = options.Handlers;
        handlers.ListToolsHandler = static (_, _) => new(Tools());
        handlers.CallToolHandler = (request, ended) => new(CallAsync(request, ended));
        handlers.ListResourcesHandler = static (_, _) => new(FixtureContent.Resources());
        handlers.ListResourceTemplatesHandler = static (_, _) => new(FixtureContent.Templates());
        handlers.ReadResourceHandler = static (request, _) => new(FixtureContent.Read(request.Params!.Uri));
        handlers.SubscribeToResourcesHandler = static (_, _) => new(new EmptyResult());
        handlers.UnsubscribeFromResourcesHandler = static (_, _) => new(new EmptyResult());
        handlers.ListPromptsHandler = static (_, _) => new(FixturePrompts.List());
        handlers.GetPromptHandler = static (request, _) => new(FixturePrompts.Get(request));
        handlers.CompleteHandler = static (_, _) => new(Of<CompleteResult>("""{"completion":{"values":["paris"],"hasMore":false}}"""));
        handlers.SetLoggingLevelHandler = static (_, _) => new(new EmptyResult());
    }

    /// <summary>A message of the protocol by its JSON.</summary>
    public static T Of<T>(string json) => JsonSerializer.Deserialize<T>(json, McpJsonUtilities.DefaultOptions)!;

    public static CallToolResult Text(string text) => new() { Content = [new TextContentBlock { Text = text }] };

    private static ListToolsResult Tools() => new()
    {
        Tools = [.. Answers.Keys.Concat(Acting).Order(StringComparer.Ordinal).Select(name => new Tool
        {
            Name = name,
            Description = "A fixture of the conformance suite.",
            InputSchema = McpHost.Json("""{"type":"object"}"""),
        })],
        TimeToLive = TimeSpan.Zero,
        CacheScope = CacheScope.Private,
    };

    private async Task<CallToolResult> CallAsync(RequestContext<CallToolRequestParams> request, CancellationToken ended)
    {
        var name = request.Params!.Name;
        if (Answers.TryGetValue(name, out var answer))
        {
            return answer;
        }

        switch (name)
        {
            case "test_trigger_tool_change":
                await changeTools();
                return Text("Changed.");
            case "test_missing_capability" when request.JsonRpcRequest.Context?.ClientCapabilities?.Sampling is null:
                throw new MissingRequiredClientCapabilityException(new() { Sampling = new() }, "This tool needs sampling.");
            case "test_logging_tool" or "test_tool_with_logging":
                await LogAsync(request, ended);
                return Text("Logged.");
            case "test_tool_with_progress":
                await ProgressAsync(request, ended);
                return Text("Done.");
            case "test_sampling":
                var sample = await request.Server.SampleAsync(
                    Of<CreateMessageRequestParams>($$$$"""
                        {"messages":[{"role":"user","content":{"type":"text","text":{{{{Argument(request, "prompt")}}}}}}],"maxTokens":100}
                        """),
                    ended);
                return Text($"Model: {sample.Content.OfType<TextContentBlock>().First().Text}");
            case "test_elicitation":
                return await ElicitAsync(request, Argument(request, "message"), FixtureContent.NameAndMail, ended);
            case "test_elicitation_sep1034_defaults":
                return await ElicitAsync(request, "\"With defaults\"", FixtureContent.Defaults, ended);
            case "test_elicitation_sep1330_enums":
                return await ElicitAsync(request, "\"Choose\"", FixtureContent.Choices, ended);
            case var round when FixtureRounds.Tools.Contains(round):
                return FixtureRounds.Call(request);
            default:
                return Text("Done.");
        }
    }

    private static string Argument(RequestContext<CallToolRequestParams> request, string name) =>
        request.Params!.Arguments![name].GetRawText();

    private static async Task<CallToolResult> ElicitAsync(
        RequestContext<CallToolRequestParams> request, string message, string schema, CancellationToken ended)
    {
        var answer = await request.Server.ElicitAsync(
            Of<ElicitRequestParams>($$"""{"message":{{message}},"requestedSchema":{{schema}}}"""), ended);
        return Text($"Person: action={answer.Action}, content={JsonSerializer.Serialize(answer.Content, McpJsonUtilities.DefaultOptions)}");
    }

    // A client without a session asks for messages with each request. One with a session gets them anyway.
    private static async Task LogAsync(RequestContext<CallToolRequestParams> request, CancellationToken ended)
    {
        if (request.JsonRpcRequest.Context is { ClientCapabilities: not null, LogLevel: null })
        {
            return;
        }

        foreach (var step in (string[])["begun", "under way", "ended"])
        {
            await TellAsync(
                request, NotificationMethods.LoggingMessageNotification, new() { ["level"] = "info", ["data"] = step }, ended);
        }
    }

    private static async Task ProgressAsync(RequestContext<CallToolRequestParams> request, CancellationToken ended)
    {
        if (request.Params!.ProgressToken is not { } token)
        {
            return;
        }

        foreach (var progress in (int[])[0, 50, 100])
        {
            var told = new JsonObject
            {
                ["progressToken"] = JsonSerializer.SerializeToNode(token, McpJsonUtilities.DefaultOptions),
                ["progress"] = progress,
                ["total"] = 100,
            };
            await TellAsync(request, NotificationMethods.ProgressNotification, told, ended);
        }
    }

    private static Task TellAsync(
        RequestContext<CallToolRequestParams> request, string method, JsonObject parameters, CancellationToken ended) =>
        request.Server.SendMessageAsync(new JsonRpcNotification { Method = method, Params = parameters }, ended);
}
