using System.CommandLine;
using System.Security.Cryptography;
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
        var credential = new CredentialInput("the user's or the agent's", KeyVariable);
        var command = new Command("mcp", "Join standard input and output with the server's door for MCP")
        {
            user, agent, server,
        };
        foreach (var option in credential.Options)
        {
            command.Add(option);
        }

        command.SetAction(async (parsed, cancellationToken) =>
        {
            var errors = parsed.InvocationConfiguration.Error;
            try
            {
                var address = ServerAddress.Parse(parsed.GetValue(server)!);
                var key = await credential.ReadKeyAsync(parsed, address, cancellationToken);
                var certificates = credential.CheckOf(parsed);
                using var client = new HttpClient(OperatorChannel.HandlerOf(certificates, credential.ReadCertificate(parsed)))
                {
                    // A request that listens stays open.
                    Timeout = Timeout.InfiniteTimeSpan,
                };
                await BridgeAsync(
                    client, address, Headers(parsed.GetValue(user), parsed.GetValue(agent), key), certificates, cancellationToken);
                return ExitCodes.Done;
            }
            catch (FormatException malformed)
            {
                await errors.WriteLineAsync(malformed.Message);
                return ExitCodes.NotUnderstood;
            }
            catch (Exception local) when (
                local is IOException or UnauthorizedAccessException or CryptographicException or OperationCanceledException)
            {
                await errors.WriteLineAsync(local is OperationCanceledException ? "Stopped." : local.Message);
                return ExitCodes.Failed;
            }
        });
        return command;
    }

    private static async Task BridgeAsync(
        HttpClient client, Uri address, Dictionary<string, string> headers, CertificateCheck certificates,
        CancellationToken cancellationToken)
    {
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
        await new McpBridge(host, server, fault => certificates.Fault ?? fault.Message).RunAsync(cancellationToken);
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
}
