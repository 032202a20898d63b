using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Syntha.Server.Tests.Mcp.Conformance;

/// <summary>The prompts that the conformance suite asks for.</summary>
internal static class FixturePrompts
{
    public static ListPromptsResult List() => McpFixtures.Of<ListPromptsResult>("""
        {"prompts":[
          {"name":"test_simple_prompt","description":"One sentence."},
          {"name":"test_prompt_with_arguments","description":"Two arguments.",
           "arguments":[{"name":"arg1","required":true},{"name":"arg2","required":true}]},
          {"name":"test_prompt_with_embedded_resource","description":"A resource within.",
           "arguments":[{"name":"resourceUri","required":true}]},
          {"name":"test_prompt_with_image","description":"A picture."},
          {"name":"test_input_required_result_prompt","description":"Asks first."}],
         "ttlMs":0,"cacheScope":"private"}
        """);

    public static GetPromptResult Get(RequestContext<GetPromptRequestParams> request) => request.Params!.Name switch
    {
        "test_simple_prompt" => Of("""{"type":"text","text":"A prompt of one sentence."}"""),
        "test_prompt_with_arguments" => Of(
            $$"""{"type":"text","text":"The arguments: '{{Argument(request, "arg1")}}', '{{Argument(request, "arg2")}}'"}"""),
        "test_prompt_with_embedded_resource" => Of(
            $$$"""
            {"type":"resource","resource":{"uri":"{{{Argument(request, "resourceUri")}}}","mimeType":"text/plain","text":"Within."}}
            """,
            """{"type":"text","text":"What does it say?"}"""),
        "test_prompt_with_image" => Of(FixtureContent.Image, """{"type":"text","text":"What does it show?"}"""),
        "test_input_required_result_prompt" => FixtureRounds.Get(request),
        _ => throw new McpProtocolException("There is no such prompt.", McpErrorCode.InvalidParams),
    };

    public static GetPromptResult Of(params string[] contents) => McpFixtures.Of<GetPromptResult>(
        $$"""{"messages":[{{string.Join(',', contents.Select(Message))}}]}""");

    private static string Message(string content) => $$$"""{"role":"user","content":{{{content}}}}""";

    private static string Argument(RequestContext<GetPromptRequestParams> request, string name) =>
        request.Params!.Arguments is { } given && given.TryGetValue(name, out var value)
            ? value.GetString()!
            : throw new McpProtocolException($"The prompt needs the argument {name}.", McpErrorCode.InvalidParams);
}
