using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Syntha.Server.Tests.Mcp.Conformance;

/// <summary>
/// The fixtures that ask the client something and are called again with the answer. What they must remember goes to the client and back,
/// under a seal.
/// </summary>
internal static class FixtureRounds
{
    public static readonly string[] Tools =
    [
        .. ((string[])
        [
            "elicitation", "sampling", "list_roots", "request_state", "multiple_inputs", "multi_round", "tampered_state", "capabilities",
        ]).Select(name => Prefix + name),
    ];

    private const string Prefix = "test_input_required_result_";

    private const string Roots = """{"method":"roots/list","params":{}}""";

    private static readonly byte[] Seal = RandomNumberGenerator.GetBytes(32);

    public static CallToolResult Call(RequestContext<CallToolRequestParams> request) => request.Params!.Name[Prefix.Length..] switch
    {
        "elicitation" => Answer(request, ("user_name", Ask("What is your name?", "name"))),
        "sampling" => Answer(request, ("capital_question", Sample("What is the capital of France?"))),
        "list_roots" => Answer(request, ("client_roots", Roots)),
        "multiple_inputs" => Stateful(
            request, "all", ("user_name", Ask("What is your name?", "name")), ("greeting", Sample("Greet")), ("client_roots", Roots)),
        "multi_round" => StateOf(request) == "second"
            ? Stateful(request, "second", ("step2", Ask("Step 2: Which colour?", "color")))
            : FirstOfTwo(request),
        "capabilities" => Answer(request, Able(request)),
        _ => Stateful(request, "asked", ("confirm", Ask("Go on?", "ok"))),
    };

    public static GetPromptResult Get(RequestContext<GetPromptRequestParams> request)
    {
        Demand(request.Params!, null, ("user_context", Ask("What is it about?", "context")));
        return FixturePrompts.Of("""{"type":"text","text":"About what you said."}""");
    }

    private static CallToolResult Answer(RequestContext<CallToolRequestParams> request, params (string Key, string Asked)[] questions)
    {
        var given = Demand(request.Params!, null, questions);
        return McpFixtures.Text($"Hello, {given}!");
    }

    private static CallToolResult Stateful(
        RequestContext<CallToolRequestParams> request, string state, params (string Key, string Asked)[] questions)
    {
        var held = StateOf(request);
        var given = Demand(request.Params!, Sealed(state), questions);
        return held == state ? McpFixtures.Text($"state-ok {given}") : throw Required(Sealed(state), questions);
    }

    private static CallToolResult FirstOfTwo(RequestContext<CallToolRequestParams> request)
    {
        Demand(request.Params!, Sealed("first"), ("step1", Ask("Step 1: What is your name?", "name")));
        throw Required(Sealed("second"), ("step2", Ask("Step 2: Which colour?", "color")));
    }

    // Only what the client can answer.
    private static (string Key, string Asked)[] Able(RequestContext<CallToolRequestParams> request)
    {
        var able = request.JsonRpcRequest.Context?.ClientCapabilities;
        return able?.Elicitation is null ? [("greeting", Sample("Greet"))] : [("user_name", Ask("What is your name?", "name"))];
    }

    /// <returns>The answers of the client, as JSON.</returns>
    /// <exception cref="InputRequiredException">One of them is missing, or is no object.</exception>
    private static string Demand(RequestParams given, string? state, params (string Key, string Asked)[] questions)
    {
        foreach (var (key, _) in questions)
        {
            if (given.InputResponses?.TryGetValue(key, out var answer) != true || answer!.RawValue.ValueKind != JsonValueKind.Object)
            {
                throw Required(state, questions);
            }
        }

        return string.Join(' ', questions.Select(question => given.InputResponses![question.Key].RawValue.GetRawText()));
    }

    private static InputRequiredException Required(string? state, params (string Key, string Asked)[] questions) => new(
        questions.ToDictionary(
            question => question.Key, question => McpFixtures.Of<InputRequest>(question.Asked), StringComparer.Ordinal),
        state);

    private static string? StateOf(RequestContext<CallToolRequestParams> request)
    {
        if (request.Params!.RequestState is not { } given)
        {
            return null;
        }

        var state = given.Split('.')[0];
        return given == Sealed(state)
            ? state
            : throw new McpProtocolException("The request's state is not one that was given out.", McpErrorCode.InvalidParams);
    }

    private static string Sealed(string state) =>
        $"{state}.{Convert.ToHexString(HMACSHA256.HashData(Seal, Encoding.UTF8.GetBytes(state)))}";

    private static string Ask(string message, string field) => $$$$"""
        {"method":"elicitation/create","params":{"message":"{{{{message}}}}","requestedSchema":
          {"type":"object","required":["{{{{field}}}}"],
           "properties":{"{{{{field}}}}":{"type":"{{{{(field == "ok" ? "boolean" : "string")}}}}"}}
          }}}
        """;

    private static string Sample(string question) => $$$"""
        {"method":"sampling/createMessage","params":{"messages":[
          {"role":"user","content":{"type":"text","text":"{{{question}}}"}}],"maxTokens":50}}
        """;
}
