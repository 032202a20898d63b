using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using ModelContextProtocol;

namespace Syntha.Server.Tests.Mcp;

/// <summary>A host that listens is told of each change that its agent may see, until the server stops.</summary>
public sealed class McpListenTests(SharedServer server)
{
    private const string Updated = "notifications/resources/updated";

    [Fact]
    public async Task Listen_ToAnItem_TellsEachChangeOfItAndOfNoOther()
    {
        var alice = server.NewUser();
        await alice.PushAsync("a/b");
        await using var host = await server.ConnectAsync(alice);
        await using var listener = await McpListener.StartAsync(host, "syntha://context/a%2Fb", "syntha://context/end");

        await alice.PushAsync("other");
        await alice.PushAsync("a/b", "2");
        await alice.Mesh.RemoveAsync(new() { Key = "a/b" });
        await alice.PushAsync("end");

        await listener.HearAsync($"{Updated} syntha://context/a%2Fb", $"{Updated} syntha://context/end");
    }

    [Fact]
    public async Task Listen_ToWhatIsHidden_TellsNothingOfIt()
    {
        var (alice, bob) = (server.NewUser(), server.NewUser("bob"));
        await using var host = await server.ConnectAsync(alice);
        await using var listener = await McpListener.StartAsync(host, "syntha://context/k", "syntha://changes");

        await alice.PushAsync("k", subscribers: ["two"]);
        await bob.PushAsync("k");
        await alice.PushAsync("end");

        Assert.Equal($"{Updated} syntha://changes", await listener.NextAsync());
        Assert.Equal(["created end"], await ChangesOfAsync(host));
    }

    [Fact]
    public async Task Listen_ToATopic_TellsWhatComesAndWhatGoes()
    {
        var alice = server.NewUser();
        await alice.Mesh.RegisterAgentTopicsAsync(new() { Agent = "one", Topics = { "t", "u" } });
        await using var host = await server.ConnectAsync(alice);
        await using var listener = await McpListener.StartAsync(host, "syntha://topic/t");

        await alice.PushAsync("k", topics: ["t"]);
        Assert.Equal($"{Updated} syntha://topic/t", await listener.NextAsync());
        await alice.PushAsync("k", topics: ["u"]);
        Assert.Equal($"{Updated} syntha://topic/t", await listener.NextAsync());
    }

    [Fact]
    public async Task Listen_ToLists_TellsNewResourcesAndOtherTools()
    {
        var alice = server.NewUser();
        await alice.PushAsync("k");
        await using var host = await server.ConnectAsync(alice);
        await using var listener = await McpListener.StartAsync(
            host, new JsonObject { ["resourcesListChanged"] = true, ["toolsListChanged"] = true, ["promptsListChanged"] = true });

        await alice.PushAsync("k", "2");
        await alice.PushAsync("new");
        Assert.Equal("notifications/resources/list_changed", await listener.NextAsync());

        await alice.Mesh.SetAccessAsync(new() { Agent = "one", Access = new() { DeniedTools = { Tool.DeleteTopic } } });
        await listener.HearAsync("notifications/tools/list_changed", "notifications/resources/list_changed");
        Assert.DoesNotContain(await host.ListToolsAsync(), tool => tool.Name == "delete_topic");
    }

    [Fact]
    public async Task Listen_WhoseAgentLosesTheRight_EndsWithTheReason()
    {
        var alice = server.NewUser();
        await using var host = await server.ConnectAsync(alice);
        await using var listener = await McpListener.StartAsync(host, new JsonObject { ["toolsListChanged"] = true });

        await alice.Mesh.SetAccessAsync(new() { Agent = "one", Access = new() { DeniedTools = { Tool.GetContext } } });

        var fault = await Assert.ThrowsAsync<McpProtocolException>(() => listener.Answer);
        await listener.HearAsync("notifications/tools/list_changed");
        Assert.Equal("TOOL_NOT_ALLOWED", $"{fault.Data["reason"]}");
    }

    [Fact]
    public async Task Listen_AgainAfterAGap_MissesNothing()
    {
        var alice = server.NewUser();
        await using var host = await server.ConnectAsync(alice);
        string position;
        await using (await McpListener.StartAsync(host, "syntha://changes"))
        {
            position = (await host.ReadResourceAsync("syntha://changes")).PositionOf();
        }

        await alice.PushAsync("between");
        await using var again = await McpListener.StartAsync(host, "syntha://changes");
        var missed = McpHost.Json(await host.ReadAsync($"syntha://changes?after={Uri.EscapeDataString(position)}"));
        await alice.PushAsync("live");

        Assert.Equal("created", Assert.Single(missed.GetProperty("changes").EnumerateArray()).GetProperty("kind").GetString());
        Assert.Equal($"{Updated} syntha://changes", await again.NextAsync());
    }

    [Fact]
    public async Task Subscribe_OfAClientWithAHandshake_IsNotOfferedAndRefused()
    {
        var alice = server.NewUser();
        await using var host = await server.ConnectAsync(alice, revision: McpHost.WithHandshake);
        await using var stateless = await server.ConnectAsync(alice);

        Assert.NotEqual(true, host.ServerCapabilities.Resources!.Subscribe);
        Assert.True(stateless.ServerCapabilities.Resources!.Subscribe);
        await Assert.ThrowsAsync<McpProtocolException>(() => host.SubscribeToResourceAsync("syntha://context/k"));
    }

    [Fact]
    public async Task Listen_WhoseReaderTakesNothing_IsCutOff_AndOthersAreServed()
    {
        const int Addresses = 1_000;
        await using var own = await TestServer.StartAsync("--Streams:StuckWriteTimeout=00:00:01");
        var alice = own.As("alice");
        using var stuck = new TcpClient();
        await stuck.ConnectAsync(own.Http.Host, own.Http.Port, TestContext.Current.CancellationToken);
        // Each change is told for each of these addresses, so that it takes some 200 kB.
        var addresses = string.Join(',', Enumerable.Range(0, Addresses).Select(n => $"\"syntha://changes?after=a.{n}\""));
        var body = $$$$$"""
            {"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{
              "notifications":{"resourceSubscriptions":[{{{{{addresses}}}}}]},
              "_meta":{"io.modelcontextprotocol/protocolVersion":"{{{{{McpHost.Stateless}}}}}",
                "io.modelcontextprotocol/clientCapabilities":{}}
            }}
            """;
        await stuck.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /mcp HTTP/1.1\r\nHost: {own.Http.Authority}\r\nuser-id: alice\r\nagent-name: one\r\nContent-Type: application/json\r\n" +
            $"Accept: application/json, text/event-stream\r\nMCP-Protocol-Version: {McpHost.Stateless}\r\n" +
            $"Mcp-Method: subscriptions/listen\r\nContent-Length: {body.Length}\r\n\r\n{body}"), TestContext.Current.CancellationToken);
        using (var reader = new StreamReader(stuck.GetStream(), leaveOpen: true))
        {
            while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is var line
                && line?.Contains("acknowledged", StringComparison.Ordinal) != true)
            {
                Assert.NotNull(line);
            }
        }

        // Until the buffers on the way are full. Only the log tells that the server has given up.
        while (!own.Log.Lines.Any(line => line.Contains("its reader took nothing for 1 s", StringComparison.Ordinal)))
        {
            await alice.PushAsync("k");
        }

        await using var host = await own.ConnectAsync(alice);
        Assert.Equal("1", await host.ReadAsync("syntha://context/k"));
    }

    [Fact]
    public async Task Stop_WithAListeningHost_EndsTheRequest()
    {
        await using var own = await TestServer.StartAsync();
        await using var host = await own.ConnectAsync(own.As("alice"));
        await using var listener = await McpListener.StartAsync(host, "syntha://changes");

        await own.StopAsync();

        Assert.NotNull((await listener.Answer).Result);
    }

    private static async Task<List<string>> ChangesOfAsync(ModelContextProtocol.Client.McpClient host)
    {
        var epoch = (await host.ReadResourceAsync("syntha://changes")).PositionOf().Split('.')[0];
        var report = McpHost.Json(await host.ReadAsync($"syntha://changes?after={epoch}.0"));
        return
        [
            .. report.GetProperty("changes").EnumerateArray().Select(change =>
                $"{change.GetProperty("kind")} {change.GetProperty("uri").GetString()!["syntha://context/".Length..]}"),
        ];
    }
}
