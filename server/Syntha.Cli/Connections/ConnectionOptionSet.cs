using System.CommandLine;
using System.Security.Cryptography;
using Grpc.Core;
using Grpc.Net.Client;
using Syntha.Cli.Output;
using Syntha.Server.Wire;
using Syntha.V1;

namespace Syntha.Cli.Connections;

/// <summary>
/// The options that name a server and a credential, and the running of commands with them. The options may stand before or after the
/// command. A call that fails becomes one line and an exit code.
/// </summary>
/// <param name="owners">Whose credential it is, for the help.</param>
/// <param name="keyVariable">The variable of the environment with the key itself.</param>
internal sealed class ConnectionOptionSet(
    string owners = "an operator's", string keyVariable = ConnectionOptionSet.KeyVariable)
{
    public const string KeyVariable = "SYNTHA_OPERATOR_KEY";
    public const string ServerVariable = "SYNTHA_SERVER";

    private const string DefaultAddress = "127.0.0.1:50051";

    private readonly Option<string?> server = new("--server")
    {
        Description = $"The server's address, as host:port or as a URL [env: {ServerVariable}] [default: {DefaultAddress}]",
        HelpName = "address",
    };

    private readonly CredentialInput credential = new(owners, keyVariable);
    private readonly HashSet<Command> callers = [];

    public IReadOnlyList<Option> Options => [server, .. credential.Options];

    /// <summary>Adds the options to the program, to each command that makes calls, and to the groups of such commands.</summary>
    public void AddTo(RootCommand root) => AddTo((Command)root);

    private bool AddTo(Command command)
    {
        var makesCalls = callers.Contains(command);
        foreach (var child in command.Subcommands)
        {
            makesCalls |= AddTo(child);
        }

        foreach (var option in Options)
        {
            if (makesCalls)
            {
                command.Add(option);
            }
            else
            {
                Refuse(command, option);
            }
        }

        return makesCalls;
    }

    // Written before the command, it is an option of the program, and the parser takes it.
    private static void Refuse(Command command, Option option) => command.Validators.Add(result =>
    {
        if (result.GetResult(option) is not null)
        {
            result.AddError($"{option.Name} is for commands that call a server. 'syntha {command.Name}' does not take it.");
        }
    });

    /// <summary>Runs a command that makes calls as the operator.</summary>
    public void Run(Command command, Func<Administration.AdministrationClient, ParseResult, TextWriter, CancellationToken, Task> run) =>
        Run(command, async (admin, parsed, output, cancellationToken) =>
        {
            await run(admin, parsed, output, cancellationToken);
            return ExitCodes.Done;
        });

    /// <summary>The same for a command that has exit codes of its own.</summary>
    public void Run(
        Command command, Func<Administration.AdministrationClient, ParseResult, TextWriter, CancellationToken, Task<int>> run) =>
        SetAction(command, async (open, key, parsed, cancellationToken) =>
        {
            using var channel = open(key);
            return await run(new(channel), parsed, parsed.InvocationConfiguration.Output, cancellationToken);
        });

    /// <summary>The same for a command that calls with other credentials as well.</summary>
    public void Run(Command command, Func<Func<string?, GrpcChannel>, string?, TextWriter, CancellationToken, Task<int>> run) =>
        SetAction(command, (open, key, parsed, cancellationToken) =>
            run(open, key, parsed.InvocationConfiguration.Output, cancellationToken));

    /// <summary>The same for a command that is no operator's. It gets these options by itself.</summary>
    public void RunOnChannel(Command command, Func<GrpcChannel, ParseResult, TextWriter, CancellationToken, Task> run)
    {
        foreach (var option in Options)
        {
            command.Add(option);
        }

        SetAction(command, async (open, key, parsed, cancellationToken) =>
        {
            using var channel = open(key);
            await run(channel, parsed, parsed.InvocationConfiguration.Output, cancellationToken);
            return ExitCodes.Done;
        });
    }

    private void SetAction(Command command, Func<Func<string?, GrpcChannel>, string?, ParseResult, CancellationToken, Task<int>> run)
    {
        callers.Add(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var address = parsed.GetValue(server) ?? CredentialInput.Variable(ServerVariable) ?? DefaultAddress;
            var certificates = credential.CheckOf(parsed);
            try
            {
                var uri = ServerAddress.Parse(address);
                var key = await credential.ReadKeyAsync(parsed, uri, cancellationToken);
                var channels = new OperatorChannel(uri, certificates, credential.ReadCertificate(parsed));
                return await run(channels.Open, key, parsed, cancellationToken);
            }
            catch (Exception stopped) when (
                cancellationToken.IsCancellationRequested && stopped is RpcException or OperationCanceledException)
            {
                return await FailAsync(parsed, ExitCodes.Failed, "Stopped.");
            }
            catch (RpcException failure)
            {
                var (exitCode, reason) = Explain(failure, address, certificates);
                return await FailAsync(parsed, exitCode, reason);
            }
            catch (FormatException malformed)
            {
                return await FailAsync(parsed, ExitCodes.NotUnderstood, malformed.Message);
            }
            catch (Exception local) when (local is IOException or UnauthorizedAccessException or CryptographicException)
            {
                return await FailAsync(parsed, ExitCodes.Failed, local.Message);
            }
        });
    }

    private static (int ExitCode, string Reason) Explain(RpcException failure, string address, CertificateCheck certificates)
    {
        if (certificates.Fault is { } fault)
        {
            return (ExitCodes.NoServer, fault);
        }

        if (failure.GetRpcStatus()?.GetDetail<Google.Rpc.ErrorInfo>() is { Domain: StatusMapper.Domain } refusal)
        {
            return (ExitCodes.Failed, $"{refusal.Reason}: {failure.Status.Detail}");
        }

        // gRPC calls it Internal when a connection ends while HTTP/2 begins, or when HTTP/2 is not what the port speaks.
        return failure.StatusCode == StatusCode.Unavailable || failure.Status.DebugException is HttpRequestException
            ? (ExitCodes.NoServer, $"There is no server at {address}: {failure.Status.Detail}")
            : (ExitCodes.Failed, $"{failure.StatusCode}: {failure.Status.Detail}");
    }

    private static async Task<int> FailAsync(ParseResult parsed, int exitCode, string reason)
    {
        await parsed.InvocationConfiguration.Error.WriteLineAsync(reason);
        return exitCode;
    }
}
