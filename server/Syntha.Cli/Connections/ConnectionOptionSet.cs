using System.CommandLine;
using Grpc.Core;
using Grpc.Net.Client;
using Syntha.Server.Wire;
using Syntha.V1;

namespace Syntha.Cli.Connections;

/// <summary>Which server a command is for, with which credential; and what becomes of a call that fails.</summary>
internal sealed class ConnectionOptionSet
{
    public const string KeyVariable = "SYNTHA_OPERATOR_KEY";
    public const string ServerVariable = "SYNTHA_SERVER";
    public const int Refused = 1;

    private const int Unreachable = 5;

    private readonly Option<string> server = new("--server")
    {
        Description = $"The server's address [env: {ServerVariable}]",
        Recursive = true,
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(ServerVariable) is { Length: > 0 } address ? address : "http://127.0.0.1:50051",
    };

    private readonly Option<string?> keyFile = new("--key-file")
    {
        Description = $"A file with an operator's API key; on a command line a key would be seen by others [env: {KeyVariable}, the key itself]",
        Recursive = true,
    };

    private readonly Option<string?> authorities = new("--ca")
    {
        Description = "A PEM file with the authority of the server's certificate, instead of those that the machine trusts",
        Recursive = true,
    };

    public void AddTo(RootCommand root)
    {
        root.Add(server);
        root.Add(keyFile);
        root.Add(authorities);
    }

    /// <summary>Has a command make calls, and tells how they failed.</summary>
    public void Run(Command command, Func<Administration.AdministrationClient, ParseResult, TextWriter, CancellationToken, Task> run) =>
        Run(command, async (admin, parsed, output, cancellationToken) =>
        {
            await run(admin, parsed, output, cancellationToken);
            return 0;
        });

    /// <summary>Likewise, for a command that may find something amiss, which its exit code tells.</summary>
    public void Run(Command command, Func<Administration.AdministrationClient, ParseResult, TextWriter, CancellationToken, Task<int>> run) =>
        SetAction(command, async (open, key, parsed, cancellationToken) =>
        {
            using var channel = open(key);
            return await run(new(channel), parsed, parsed.InvocationConfiguration.Output, cancellationToken);
        });

    /// <summary>Likewise, for a command that calls as others than the operator, and has an exit code of its own.</summary>
    public void Run(Command command, Func<Func<string?, GrpcChannel>, string?, TextWriter, CancellationToken, Task<int>> run) =>
        SetAction(command, (open, key, parsed, cancellationToken) => run(open, key, parsed.InvocationConfiguration.Output, cancellationToken));

    private void SetAction(Command command, Func<Func<string?, GrpcChannel>, string?, ParseResult, CancellationToken, Task<int>> run) =>
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var errors = parsed.InvocationConfiguration.Error;
            var address = parsed.GetValue(server)!;
            try
            {
                var key = await KeyAsync(parsed.GetValue(keyFile), cancellationToken);
                return await run(bearer => Open(address, parsed.GetValue(authorities), bearer), key, parsed, cancellationToken);
            }
            catch (RpcException) when (cancellationToken.IsCancellationRequested)
            {
                await errors.WriteLineAsync("Stopped.");
                return Refused;
            }
            catch (RpcException failure) when (failure.GetRpcStatus()?.GetDetail<Google.Rpc.ErrorInfo>() is { } info && info.Domain == StatusMapper.Domain)
            {
                await errors.WriteLineAsync($"{info.Reason}: {failure.Status.Detail}");
                return Refused;
            }
            catch (RpcException failure)
            {
                var isAway = failure.StatusCode == StatusCode.Unavailable;
                await errors.WriteLineAsync(isAway ? $"There is no server at {address}: {failure.Status.Detail}" : $"{failure.StatusCode}: {failure.Status.Detail}");
                return isAway ? Unreachable : Refused;
            }
            catch (Exception local) when (local is IOException or UnauthorizedAccessException or UriFormatException or System.Security.Cryptography.CryptographicException)
            {
                await errors.WriteLineAsync(local.Message);
                return Refused;
            }
        });

    private static GrpcChannel Open(string address, string? authorities, string? key)
    {
        var handler = new SocketsHttpHandler { UseProxy = false };
        if (authorities is not null)
        {
            var policy = new System.Security.Cryptography.X509Certificates.X509ChainPolicy
            {
                TrustMode = System.Security.Cryptography.X509Certificates.X509ChainTrustMode.CustomRootTrust,
                RevocationMode = System.Security.Cryptography.X509Certificates.X509RevocationMode.NoCheck,
            };
            policy.CustomTrustStore.ImportFromPemFile(authorities);
            handler.SslOptions.CertificateChainPolicy = policy;
        }
        var isSecure = new Uri(address).Scheme == Uri.UriSchemeHttps;
        var credentials = isSecure ? ChannelCredentials.SecureSsl : ChannelCredentials.Insecure;
        var options = new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true, Credentials = credentials };
        if (key is null)
        {
            return GrpcChannel.ForAddress(address, options);
        }

        options.Credentials = ChannelCredentials.Create(credentials, CallCredentials.FromInterceptor((_, metadata) =>
        {
            metadata.Add("authorization", $"Bearer {key}");
            return Task.CompletedTask;
        }));
        options.UnsafeUseInsecureChannelCallCredentials = true;
        return GrpcChannel.ForAddress(address, options);
    }

    private static async Task<string?> KeyAsync(string? file, CancellationToken cancellationToken) =>
        file is not null ? (await File.ReadAllTextAsync(file, cancellationToken)).Trim()
        : Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } key ? key
        : null;
}
