using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;

namespace Syntha.Server.Tests.Tools;

/// <summary>The definitions of the tools: in every vendor's form, by its rules, and no longer than necessary.</summary>
public sealed class ListToolsTests(SharedServer server)
{
    private const string Agent = "one";
    private const int MaxTokens = 1_200;

    // A rough and cautious estimate for JSON in English. Tokenizers of the vendors' kind make four and more characters of such text into a
    // token. Quotes, braces and colons join less well than words.
    private const double CharactersPerToken = 3.5;

    public static TheoryData<ToolDialect> Dialects { get; } = new(
        Enum.GetValues<ToolDialect>().Where(dialect => dialect != ToolDialect.Unspecified));

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task ListTools_InADialect_FollowsTheVendorsRules(ToolDialect dialect)
    {
        var tools = await ListAsync(dialect);
        Assert.Equal(7, tools.Count);
        foreach (var tool in tools)
        {
            var definition = JsonNode.Parse(tool.DefinitionJson)!.AsObject();
            DialectRules.Demand(dialect, definition, hasParameters: tool.Tool != Tool.ListContext);
            Assert.Contains(tool.Name, tool.DefinitionJson, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task ListTools_InADialect_IsTheGoldenText(ToolDialect dialect)
    {
        // A model's answers depend on every word here, so a change must be visible.
        var text = string.Concat("[\n", string.Join(",\n", (await ListAsync(dialect)).Select(tool => tool.DefinitionJson)), "\n]\n");
        await HoldAsync($"{dialect}.json", text);
    }

    [Fact]
    public async Task ListTools_OfAllTools_CostsFewTokens()
    {
        // The figures are in a file, not in a log that is not read while the test is green: so a change of them is part of a commit.
        var told = new StringBuilder();
        foreach (var dialect in Dialects.Select(row => row.Data))
        {
            var characters = (await ListAsync(dialect)).Sum(tool => Encoding.UTF8.GetByteCount(tool.DefinitionJson));
            var tokens = (int)Math.Ceiling(characters / CharactersPerToken);
            told.Append(CultureInfo.InvariantCulture, $"{dialect}: about {tokens} tokens (")
                .Append(CultureInfo.InvariantCulture, $"{characters} characters, at {CharactersPerToken} a token)\n");
            Assert.InRange(tokens, 1, MaxTokens);
        }

        await HoldAsync("tokens.txt", told.ToString());
    }

    [Fact]
    public async Task ListTools_OfARestrictedAgent_ListsWhatItMayUseInTheFixedOrder()
    {
        var alice = server.NewUser();
        string[] all =
        [
            "get_context", "push_context", "list_context", "subscribe_to_topics", "unsubscribe_from_topics", "discover_topics",
            "delete_topic",
        ];
        Assert.Equal(all, (await alice.Tools.ListToolsAsync(new() { Agent = Agent })).Tools.Select(tool => tool.Name));
        await alice.Mesh.SetAccessAsync(
            new() { Agent = Agent, Access = new() { PredefinedRole = PredefinedRole.Readonly, DeniedTools = { Tool.ListContext } } });

        Assert.Equal(
            ["get_context", "discover_topics"],
            (await alice.Tools.ListToolsAsync(new() { Agent = Agent })).Tools.Select(tool => tool.Name));
        Assert.Equal(all, (await alice.Tools.ListToolsAsync(new() { Agent = "two" })).Tools.Select(tool => tool.Name));
    }

    [Fact]
    public async Task ListTools_WithNamesThatAreTaken_GivesWay()
    {
        var alice = server.NewUser();
        var request = new ListToolsRequest
        {
            Agent = Agent,
            Dialect = ToolDialect.Openai,
            TakenNames = { "get_context", "syntha_get_context", "delete_topic", "fly" },
        };
        var tools = (await alice.Tools.ListToolsAsync(request)).Tools;

        Assert.Equal(
            ["get_context syntha_syntha_get_context", "delete_topic syntha_delete_topic"],
            tools.Where(tool => tool.Name != tool.Tool.ToName()).Select(tool => $"{tool.Tool.ToName()} {tool.Name}"));
        Assert.All(tools, tool => Assert.Equal(tool.Name, (string)JsonNode.Parse(tool.DefinitionJson)!["function"]!["name"]!));
        Assert.Equal("true", (await alice.CallAsync(Agent, "syntha_syntha_get_context")).Text("success"));
    }

    private static Task HoldAsync(string name, string text) => GoldenFile.HoldAsync(Path.Combine(Here(), "Golden", name), text);

    private async Task<IReadOnlyList<ToolDefinition>> ListAsync(ToolDialect dialect) =>
        (await server.NewUser().Tools.ListToolsAsync(new() { Agent = Agent, Dialect = dialect })).Tools;

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
