using ModelContextProtocol;
using ModelContextProtocol.Client;

namespace Syntha.Server.Tests.Mcp;

/// <summary><c>syntha mcp</c> as a host starts it: what goes in is the server's, and so is what comes out.</summary>
public sealed class McpBridgeTests(SharedServer server, McpServer secured)
{
    [Theory]
    [InlineData(McpHost.Stateless)]
    [InlineData(McpHost.WithHandshake)]
    public async Task Bridge_OfAHostThatStartsPrograms_ServesTheUsersMesh(string revision)
    {
        var alice = server.NewUser();
        await alice.PushAsync("k", "\"from elsewhere\"");
        await using var host = await StartAsync(revision, "--user", alice.Id, "--agent", "Claude", "--server", server.Http.Authority);

        await host.CallToolAsync("push_context", new Dictionary<string, object?> { ["key"] = "mine", ["value"] = "1" });

        Assert.Equal("\"from elsewhere\"", await host.ReadAsync("syntha://context/k"));
        Assert.Equal("Claude", (await alice.FindAsync("mine"))!.Author);
        await Assert.ThrowsAsync<McpProtocolException>(() => host.ReadAsync("syntha://context/none"));
    }

    [Fact]
    public async Task Bridge_ThatListens_TellsOfChangesAndCanBeCancelled()
    {
        var alice = server.NewUser();
        await using var host = await StartAsync(
            McpHost.Stateless, "--user", alice.Id, "--agent", "Claude", "--server", server.Http.Authority);
        await using (var listener = await McpListener.StartAsync(host, "syntha://changes"))
        {
            await alice.PushAsync("k");
            await listener.HearAsync("notifications/resources/updated syntha://changes");
        }

        Assert.Equal("1", await host.ReadAsync("syntha://context/k"));
    }

    [Fact]
    public async Task Bridge_WithoutAKey_IsRefusedInTheServersWords()
    {
        var refused = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var host = await StartAsync(
                McpHost.WithHandshake, "--user", "alice", "--agent", "Claude", "--server", secured.Http.Authority);
        });

        Assert.Contains("401", refused.Message, StringComparison.Ordinal);
    }

    private static Task<McpClient> StartAsync(string revision, params string[] options) => McpClient.CreateAsync(
        new StdioClientTransport(new() { Command = "dotnet", Arguments = [ServerProcess.ServerFile, "mcp", .. options] }),
        new() { ProtocolVersion = revision },
        cancellationToken: TestContext.Current.CancellationToken);
}
