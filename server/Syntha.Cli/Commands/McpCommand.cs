using System.CommandLine;
using ModelContextProtocol.Client;
using ModelContextProtocol.Server;
using Syntha.Cli.Bridging;
using Syntha.Cli.Connections;
using Syntha.Cli.Output;

namespace Syntha.Cli.Commands;

/// <summary><c>syntha mcp</c>: for hosts of the Model Context Protocol that only start programs.</summary>
internal static class McpCommand
{
    private const string KeyVariable = "SYNTHA_API_KEY";
    private const string DefaultAddress = "127.0.0.1:8080";

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    public static Command Build()
    {
        var user = new Option<string?>("--user") { Description = "The user. A key says it as well", HelpName = "id" };
        var agent = new Option<string?>("--agent")
        {
            Description = "The agent. A key that is limited to an agent says it as well",
            HelpName = "name",
        };
        var server = new Option<string>("--server")
        {
            Description = "The address of the server's port for HTTP, as host:port or as a URL",
            HelpName = "address",
            DefaultValueFactory = _ => DefaultAddress,
        };
        var keyFile = new Option<string?>("--key-file")
        {
            Description = $"A file with the user's or the agent's API key [env: {KeyVariable}, the key itself]",
            HelpName = "file",
        };
        var authority = new Option<string?>("--ca")
        {
            Description = "A PEM file with the authority of the server's certificate. Without it the machine's authorities are trusted",
            HelpName = "file",
        };
        var allowWithoutTls = new Option<bool>("--allow-key-without-tls")
        {
            Description = "Send the API key to an http:// address of another machine. Everyone on the way can read it there",
        };
        var command = new Command("mcp", "Join standard input and output with the server's door for MCP")
        {
            user, agent, server, keyFile, authority, allowWithoutTls,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var errors = parsed.InvocationConfiguration.Error;
            try
            {
                var address = ServerAddress.Parse(parsed.GetValue(server)!);
                var key = await ReadKeyAsync(parsed.GetValue(keyFile), cancellationToken);
                if (key is not null && address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback && !parsed.GetValue(allowWithoutTls))
                {
                    throw new FormatException(
                        $"The API key would travel to '{address.Authority}' in the clear. Give an https:// address, or "
                        + $"{allowWithoutTls.Name} where the network is safe by other means.");
                }

                await BridgeAsync(
                    address, parsed.GetValue(authority), Headers(parsed.GetValue(user), parsed.GetValue(agent), key), cancellationToken);
                return ExitCodes.Done;
            }
            catch (FormatException malformed)
            {
                await errors.WriteLineAsync(malformed.Message);
                return ExitCodes.NotUnderstood;
            }
            catch (Exception local) when (local is IOException or UnauthorizedAccessException or OperationCanceledException)
            {
                await errors.WriteLineAsync(local is OperationCanceledException ? "Stopped." : local.Message);
                return ExitCodes.Failed;
            }
        });
        return command;
    }

    private static async Task BridgeAsync(
        Uri address, string? authority, Dictionary<string, string> headers, CancellationToken cancellationToken)
    {
        using var client = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            SslOptions = new CertificateCheck(authority).CreateOptions(),
            ConnectTimeout = ConnectTimeout,
        })
        {
            // A request that listens stays open.
            Timeout = Timeout.InfiniteTimeSpan,
        };
        var transport = new HttpClientTransport(
            new()
            {
                Endpoint = new(address, "/mcp"),
                TransportMode = HttpTransportMode.StreamableHttp,
                AdditionalHeaders = headers,
                EnableStandaloneGetStream = false,
            },
            client);
        await using var server = await transport.ConnectAsync(cancellationToken);
        await using var host = new StreamServerTransport(Console.OpenStandardInput(), Console.OpenStandardOutput(), "syntha");
        await new McpBridge(host, server).RunAsync(cancellationToken);
    }

    private static Dictionary<string, string> Headers(string? user, string? agent, string? key)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        Add("user-id", user);
        Add("agent-name", agent);
        Add("authorization", key is null ? null : $"Bearer {key}");
        return headers;

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                headers[name] = value;
            }
        }
    }

    private static async Task<string?> ReadKeyAsync(string? file, CancellationToken cancellationToken) =>
        file is not null ? (await File.ReadAllTextAsync(file, cancellationToken)).Trim()
        : Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } key ? key
        : null;
}
