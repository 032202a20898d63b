using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Server;

namespace Syntha.Server.Mcp;

/// <summary>Registers this room, and opens the door.</summary>
internal static class McpSetup
{
    public const string Path = "/mcp";

    private const string Instructions =
        "Syntha holds context that the agents of one user share. Read it with get_context before you ask the user for something that " +
        "another agent may know, and share what others need with push_context.";

    /// <param name="builder">The server.</param>
    /// <param name="version">The server's version.</param>
    public static void AddMcp(this WebApplicationBuilder builder, Func<IServiceProvider, string> version)
    {
        builder.Services.AddSingleton<McpDoor>().AddSingleton<McpMetadata>();
        builder.Services.AddOptions<McpServerOptions>().Configure<IServiceProvider>((options, provider) =>
        {
            options.ServerInfo = new() { Name = "syntha", Title = "Syntha", Version = version(provider) };
            options.ServerInstructions = Instructions;
        });
        builder.Services.AddMcpServer().WithHttpTransport(transport =>
        {
            transport.SessionMode = HttpServerSessionMode.Stateless;
            transport.ConfigureSessionOptions = McpDoor.ConfigureAsync;
        });
        // The package logs addresses of resources, which hold keys, and the mistakes of clients as errors.
        builder.Logging.AddFilter("ModelContextProtocol", LogLevel.None);
    }

    public static void MapMcpDoor(this WebApplication app)
    {
        app.MapMcp(Path).Add(McpDoor.Guard);
        var metadata = app.Services.GetRequiredService<McpMetadata>();
        if (metadata.IsOn)
        {
            app.MapGet(McpMetadata.Path, metadata.Page);
        }
    }
}
