using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.AspNetCore;

namespace Syntha.Server.Tests.Mcp.Conformance;

/// <summary>A server with the fixtures of the conformance suite behind its door for MCP.</summary>
public class McpFixtureServer : TestServer
{
    private readonly HttpServerSessionMode sessions;
    private bool isReader;

    public McpFixtureServer()
        : this(HttpServerSessionMode.Stateless)
    {
    }

    // A fixture that asks the client first leaves its handler by an exception, which is logged.
    private protected McpFixtureServer(HttpServerSessionMode sessions) => (this.sessions, MayLogErrors) = (sessions, true);

    /// <summary>The user of the suite.</summary>
    internal TestUser Suite => As("suite");

    protected override void Extend(IServiceCollection services)
    {
        var fixtures = new McpFixtures(ChangeToolsAsync);
        services.PostConfigure<HttpServerTransportOptions>(transport =>
        {
            transport.SessionMode = sessions;
            var product = transport.ConfigureSessionOptions!;
            transport.ConfigureSessionOptions = async (http, options, ended) =>
            {
                await product(http, options, ended);
                fixtures.Configure(http, options);
            };
        });
    }

    // The agent's real rights, so that the product's own stream tells of it.
    private async Task ChangeToolsAsync()
    {
        isReader = !isReader;
        await Suite.Mesh.SetAccessAsync(new()
        {
            Agent = McpSuite.Agent,
            Access = new() { PredefinedRole = isReader ? PredefinedRole.Readonly : PredefinedRole.Contributor },
        });
    }
}
