using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Syntha.Examples.OneMesh;

/// <summary>An assistant's host, as it uses Syntha: the tools that a model calls, and resources.</summary>
internal sealed class Assistant(McpClient host) : IAsyncDisposable
{
    public static async Task<Assistant> ConnectAsync(Uri server, string user, CancellationToken cancellationToken)
    {
        var transport = new HttpClientTransport(new()
        {
            Endpoint = new(server, "/mcp"),
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = new Dictionary<string, string> { ["user-id"] = user, ["agent-name"] = "Assistant" },
        });
        return new(await McpClient.CreateAsync(transport, cancellationToken: cancellationToken));
    }

    /// <summary>Shares a value with all who follow the topic.</summary>
    public async Task ShareAsync(string key, string value, string topic, CancellationToken cancellationToken)
    {
        var arguments = new Dictionary<string, object?> { ["key"] = key, ["value"] = value, ["topics"] = new[] { topic } };
        var result = await host.CallToolAsync("push_context", arguments, cancellationToken: cancellationToken);
        if (result.IsError == true)
        {
            throw new InvalidOperationException(result.Content.OfType<TextContentBlock>().First().Text);
        }
    }

    /// <summary>The value of a key, as JSON.</summary>
    public async Task<string> ReadAsync(string key, CancellationToken cancellationToken)
    {
        var resource = await host.ReadResourceAsync($"syntha://context/{key}", cancellationToken: cancellationToken);
        return resource.Contents.OfType<TextResourceContents>().Single().Text;
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();
}
