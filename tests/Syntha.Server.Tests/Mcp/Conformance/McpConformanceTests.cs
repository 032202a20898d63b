namespace Syntha.Server.Tests.Mcp.Conformance;

/// <summary>
/// The conformance suite of the Model Context Protocol: every scenario that a revision requires of servers, with the fixtures of the suite
/// behind our door, and the scenarios that need no fixtures against the product itself.
/// </summary>
public sealed class McpConformanceTests(McpFixtureServer fixtures, McpSessionServer sessions, SharedServer product)
    : IClassFixture<McpFixtureServer>, IClassFixture<McpSessionServer>
{
    // Of a scenario that otherwise needs none, these checks call a tool of the fixture.
    private static readonly string[] NeedAFixture =
        ["sep-2575-server-rejects-undeclared-capability", "sep-2575-missing-capability-http-400"];

    [Theory]
    [InlineData(McpHost.Stateless, 37)]
    [InlineData(McpHost.WithHandshake, 30)]
    public async Task EveryScenario_ThatARevisionRequires_PassesWithTheFixtures(string revision, int scenarios)
    {
        var server = revision == McpHost.Stateless ? fixtures : sessions;

        var results = await McpSuite.RunAsync(server.Http, revision, server.Suite.Id);

        Assert.Equal(scenarios, results.Count);
        Assert.Equal("", string.Join('\n', results.SelectMany(scenario => scenario.Value.Select(failure => $"{scenario.Key}: {failure}"))));
    }

    [Theory]
    [InlineData(
        McpHost.Stateless,
        "server-stateless", "completion-complete", "tools-list", "server-sse-multiple-streams", "resources-list", "prompts-list",
        "sep-2164-resource-not-found", "dns-rebinding-protection", "caching", "http-header-validation")]
    [InlineData(
        McpHost.WithHandshake,
        "server-initialize", "ping", "completion-complete", "tools-list", "resources-list", "prompts-list", "dns-rebinding-protection")]
    public async Task EveryScenario_WithoutFixtures_PassesOnTheProduct(string revision, params string[] scenarios)
    {
        var results = await McpSuite.RunAsync(product.Http, revision, product.NewUser().Id, scenarios);

        Assert.Equal(scenarios.Order(), results.Keys.Order());
        Assert.Empty(results.SelectMany(scenario => scenario.Value
            .Where(failure => !NeedAFixture.Contains(failure.Split(':')[0]))
            .Select(failure => $"{scenario.Key}: {failure}")));
    }
}
