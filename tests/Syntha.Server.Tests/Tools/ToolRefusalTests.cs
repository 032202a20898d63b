using System.Text.Json.Nodes;

namespace Syntha.Server.Tests.Tools;

/// <summary>
/// A tool reports a model's error as a result and changes nothing. It understands sloppy arguments. No tool is a way around the agent's
/// permissions (attacks 2, 26, 27, 28, 29).
/// </summary>
public sealed class ToolRefusalTests(SharedServer server)
{
    private const string Agent = "one";

    public static TheoryData<string, string, string> Faults { get; } = new()
    {
        { "push_context", "", "Missing argument 'key': a text" },
        { "push_context", """{"key": "k"}""", "Missing argument 'value'" },
        { "push_context", """{"key": "k", "value": null}""", "Missing argument 'value'" },
        { "push_context", """{"key": ["k"], "value": "1"}""", "Argument 'key' must be a text, and is [\"k\"]" },
        {
            "push_context", """{"key": "k", "value": "1", "topics": {"a": 1}}""",
            "Argument 'topics' must be a list of texts, and is {\"a\": 1}"
        },
        { "push_context", """{"key": "k", "value": "1", "topics": [["a"]]}""", "Argument 'topics' must be a list of texts" },
        { "push_context", """{"key": "k", "value": "1", "ttl_hours": "soon"}""", "Argument 'ttl_hours' must be a number, and is \"soon\"" },
        { "push_context", """{"key": "k", "value": "1", "ttl_hours": 1e300}""", "Argument 'ttl_hours' must be at most" },
        {
            "push_context", """{"key": "k", "value": "1", "subscriber": ["b"]}""",
            "Unknown argument 'subscriber': push_context takes key, value, topics"
        },
        { "push_context", """{"key": "k", "value": "1", "agent_name": "admin"}""", "Unknown argument 'agent_name'" },
        { "push_context", """{"key": "k", "key": "l", "value": "1"}""", "The arguments are not a JSON object" },
        { "push_context", "[1]", "The arguments are not a JSON object" },
        { "push_context", "key=k", "The arguments are not a JSON object" },
        { "push_context", """{"key": "k", "value": "1", "topics": [""]}""", "The topic is empty" },
        { "push_context", """{"key": "\u0000", "value": "1"}""", "The key contains U+0000" },
        { "push_context", """{"key": "\ud800", "value": "1"}""", "A text holds half of a surrogate pair" },
        { "subscribe_to_topics", "{}", "Missing argument 'topics': a list of texts" },
        { "delete_topic", """{"topic": "t", "confirm": "perhaps"}""", "Argument 'confirm' must be true or false" },
        { "delete_topic", """{"topic": "t"}""", "Deletion not confirmed" },
        { "get_context", """{"keys": 5}""", "Argument 'keys' must be a list of texts, and is 5" },
        { "fly", "{}", "Unknown tool: fly" },
        { "", "{}", "Unknown tool: " },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task AnyFault_OfAModel_IsAResultThatSaysWhatWasExpected(string tool, string arguments, string error)
    {
        var alice = server.NewUser();
        await alice.PushAsync("t", topics: ["t"]);
        var before = await alice.StateAsync();
        var result = await alice.CallAsync(Agent, tool, arguments);

        Assert.StartsWith(error, result.Error(), StringComparison.Ordinal);
        Assert.Equal(before, await alice.StateAsync());
    }

    [Theory]
    [InlineData("""{"key": "k", "value": "1", "topics": "a, b"}""")]
    [InlineData("""{"key": "k", "value": "1", "topics": "[\"a\", \"b\"]"}""")]
    [InlineData("""{"key": "k", "value": "1", "topics": ["a", "b"], "subscribers": null}""")]
    [InlineData("""{"key": "k", "value": 1, "topics": ["a", "b", "a"]}""")]
    [InlineData("""  "{\"key\": \"k\", \"value\": \"1\", \"topics\": \"a,b,\"}"  """)]
    public async Task Arguments_OfASloppyModel_AreUnderstood(string arguments)
    {
        var alice = server.NewUser();
        Assert.Equal("true", (await alice.CallAsync(Agent, "push_context", arguments)).Text("success"));
        var item = (await alice.FindAsync("k"))!;
        Assert.Equal(("1", "a b"), (item.ValueJson, string.Join(' ', item.Topics)));
    }

    [Theory]
    [InlineData("""{"a": 1}""", """{"a": 1}""")]
    [InlineData("[true, null]", "[true, null]")]
    [InlineData("\"{\"", "\"{\"")]
    [InlineData("\"text with \\\"quotes\\\"\"", "\"text with \\\"quotes\\\"\"")]
    [InlineData("\"\\\"quoted\\\"\"", "\"quoted\"")]
    [InlineData("\"NaN\"", "\"NaN\"")]
    [InlineData("12345678901234567890", "12345678901234567890")]
    public async Task PushContext_AnyValue_IsJsonWhereItIsJsonAndTextElsewhere(string given, string stored)
    {
        var alice = server.NewUser();
        await alice.CallAsync(Agent, "push_context", $$"""{"key": "k", "value": {{given}}}""");
        Assert.Equal(stored, await alice.ValueAsync("k"));
    }

    [Theory]
    [InlineData("get_context")]
    [InlineData("syntha_get_context")]
    [InlineData("syntha_syntha_get_context")]
    public async Task CallTool_AlsoByTheNameThatGaveWay_CallsIt(string name) =>
        Assert.Equal("true", (await server.NewUser().CallAsync(Agent, name, """{"nonsense": 1}""")).Text("success"));

    [Fact]
    public async Task CallTool_WithNamesAndArgumentsThatAreEndless_IsAnswered()
    {
        var alice = server.NewUser();
        var prefixes = string.Concat(Enumerable.Repeat("syntha_", 200_000));
        var nested = new string('[', 200_000);
        Assert.StartsWith("Unknown tool: syntha_", (await alice.CallAsync(Agent, prefixes)).Error(), StringComparison.Ordinal);
        Assert.StartsWith("The arguments are not", (await alice.CallAsync(Agent, "get_context", nested)).Error(), StringComparison.Ordinal);
        var subscribers = new JsonArray([.. Enumerable.Range(0, 1000).Select(n => JsonValue.Create($"{n}{new string('\u0001', 505)}"))]);
        var cut = await alice.CallAsync(
            Agent, "push_context",
            new JsonObject { ["key"] = "k", ["value"] = "1", ["subscribers"] = subscribers }.ToJsonString(
                new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        // A thousand names of control characters are three megabytes as JSON, and the message repeats some of them. It must still arrive.
        Assert.Equal("true true -", cut.Text("success", "is_cut", "subscribers"));
    }

    [Fact]
    public async Task CallTool_WithoutAnAgent_IsRefusedInTheOriginalsWords() =>
        Assert.Equal("Agent name not set", (await server.NewUser().CallAsync("", "get_context")).Error());

    public static TheoryData<string> Tools { get; } = new(
        "get_context", "push_context", "list_context", "subscribe_to_topics", "unsubscribe_from_topics", "discover_topics", "delete_topic");

    [Theory]
    [MemberData(nameof(Tools))]
    public async Task CallTool_OfADeniedTool_IsRefusedInTheOriginalsWordsAndChangesNothing(string tool)
    {
        const string Arguments = """{"key": "k", "value": "2", "topics": ["t"], "topic": "t", "confirm": true}""";
        var valid = JsonNode.Parse(Arguments)!.AsObject();
        foreach (var extra in valid.Select(member => member.Key).Except(ParametersOf(tool)).ToList())
        {
            valid.Remove(extra);
        }

        var alice = server.NewUser();
        await alice.PushAsync("k", "1", topics: ["t"], subscribers: ["two"], agent: Agent);
        var role = new CustomRole { Name = "own", Tools = { Tools.Select(row => row.Data.ToTool()) } };
        await alice.Mesh.SetAccessAsync(
            new() { Agent = Agent, Access = new() { CustomRole = role, DeniedTools = { tool.ToTool() } } });
        var before = await alice.StateAsync();
        var denied = await alice.CallAsync(Agent, tool, valid.ToJsonString());
        var malformed = await alice.CallAsync(Agent, tool, "[]");

        Assert.Equal($"Access denied to tool: {tool}", denied.Error());
        Assert.Equal("\"Agent 'one' does not have permission to use this tool\" \"own\"", denied.Text("reason", "agent_role"));
        Assert.Equal(Tools.Select(row => row.Data).Except([tool]), denied["available_tools"]!.AsArray().Select(name => (string)name!));
        Assert.Equal(denied.ToJsonString(), malformed.ToJsonString());
        Assert.Equal(before, await alice.StateAsync());
        Assert.Equal("true", (await alice.CallAsync("two", tool, valid.ToJsonString())).Text("success"));
    }

    [Fact]
    public async Task PushContext_BeyondPostPermissions_IsRefusedAsItIsOnEveryPath()
    {
        var alice = server.NewUser();
        await alice.PushAsync("private", "1", subscribers: [Agent]);
        await alice.PushAsync("taken", "1", subscribers: ["other"]);
        await alice.Mesh.SetPostPermissionsAsync(new() { Agent = Agent, Permissions = new() { Topics = { "t" } } });
        var before = await alice.StateAsync();
        Assert.Equal(
            "\"ROUTING_NOT_ALLOWED\"", (await alice.CallAsync(Agent, "push_context", """{"key": "k", "value": "1"}""")).Text("reason"));
        Assert.Equal(
            "\"ROUTING_NOT_ALLOWED\"",
            (await alice.CallAsync(Agent, "push_context", """{"key": "k", "value": "1", "topics": "u"}""")).Text("reason"));
        Assert.Equal(
            "\"ROUTING_NOT_ALLOWED\"",
            (await alice.CallAsync(Agent, "push_context", """{"key": "private", "value": "1", "topics": "t"}""")).Text("reason"));
        Assert.Equal(
            "\"KEY_NOT_WRITABLE\"",
            (await alice.CallAsync(Agent, "push_context", """{"key": "taken", "value": "1", "topics": "t"}""")).Text("reason"));
        Assert.Equal("\"taken\"", (await alice.CallAsync(Agent, "push_context", """{"key": "taken", "value": "1"}""")).Text("key"));

        Assert.Equal(before, await alice.StateAsync());
        Assert.Equal(
            "true", (await alice.CallAsync(Agent, "push_context", """{"key": "k", "value": "1", "topics": "t"}""")).Text("success"));
        Assert.Equal("true", (await alice.CallAsync("two", "push_context", """{"key": "k2", "value": "1"}""")).Text("success"));
    }

    private static string[] ParametersOf(string tool) => tool switch
    {
        "get_context" or "list_context" or "discover_topics" => [],
        "push_context" => ["key", "value", "topics"],
        "delete_topic" => ["topic", "confirm"],
        _ => ["topics"],
    };
}
