using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Syntha.Benchmarks.Baselines;
using Syntha.Benchmarks.Load;

namespace Syntha.Benchmarks.Processes;

/// <summary>How the two kinds of server are started.</summary>
internal static class Servers
{
    public const string FirstUser = "first-user";
    public const string FirstKey = "first-key";

    // More than any scenario needs: what is measured is the server, not its refusals.
    private static readonly string[] Quotas =
        ["--Quotas:MaxItems=10000000", "--Quotas:MaxBytes=100000000000", "--Quotas:MaxAgents=10000000", "--Quotas:MaxTopics=10000000"];

    public static readonly GrpcRequest EmptyCall = GrpcRequest.Of(BareContract.NothingPath, userId: null, new Empty());

    /// <summary>The read that a started server of ours has to answer; the user and the item need not exist.</summary>
    public static readonly GrpcRequest FirstRead = MeshCalls.Get(FirstUser, FirstKey);

    public static Task<ServerProcess> StartBareAsync(
        GrpcProbe probe, IReadOnlyList<KeyValuePair<string, string>> environment, CancellationToken cancellationToken) =>
        ServerProcess.StartAsync(probe, EmptyCall, (grpcPort, _) => BareArguments(grpcPort), environment, cancellationToken);

    /// <summary>Our server, started as a user starts it; more options may follow.</summary>
    public static Task<ServerProcess> StartSynthaAsync(
        GrpcProbe probe,
        string dataFolder,
        IReadOnlyList<KeyValuePair<string, string>> environment,
        CancellationToken cancellationToken,
        params IReadOnlyList<string> options) =>
        StartSynthaAsync(probe, FirstRead, dataFolder, environment, cancellationToken, options);

    /// <summary>Our server, which is there when it answers this call.</summary>
    public static Task<ServerProcess> StartSynthaAsync(
        GrpcProbe probe,
        GrpcRequest firstCall,
        string dataFolder,
        IReadOnlyList<KeyValuePair<string, string>> environment,
        CancellationToken cancellationToken,
        params IReadOnlyList<string> options) =>
        ServerProcess.StartAsync(
            probe,
            firstCall,
            (grpcPort, httpPort) =>
            [
                BuildOutput.ServerDll,
                $"--Server:GrpcPort={grpcPort}",
                $"--Server:HttpPort={httpPort}",
                // The limit is there, and costs what it costs, but is out of reach.
                "--RateLimit:CallsPerSecond=1000000000",
                $"--Storage:DataPath={dataFolder}",
                .. Quotas,
                .. options,
            ],
            environment,
            cancellationToken);

    private static List<string> BareArguments(int port)
    {
        List<string> arguments = ["exec"];
        // The collector's settings, and whatever else the runtime takes from there, are those of our server: a difference in the table
        // is then the difference of the programs.
        if (File.Exists(BuildOutput.ServerFile("runtimeconfig.json")))
        {
            arguments.AddRange(["--runtimeconfig", BuildOutput.ServerFile("runtimeconfig.json")]);
        }

        arguments.AddRange(["--depsfile", BuildOutput.BenchmarksFile("deps.json"), BuildOutput.BenchmarksFile("dll")]);
        arguments.AddRange([BareServer.Command, port.ToString(CultureInfo.InvariantCulture)]);
        return arguments;
    }
}
