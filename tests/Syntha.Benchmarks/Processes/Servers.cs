using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Syntha.Benchmarks.Baselines;
using Syntha.Benchmarks.Load;

namespace Syntha.Benchmarks.Processes;

/// <summary>Starts the two kinds of server: ours and the bare one.</summary>
internal static class Servers
{
    public const string FirstUser = "first-user";
    public const string FirstKey = "first-key";

    // More than any scenario needs, because no scenario measures refusals.
    private static readonly string[] Quotas =
        ["--Quotas:MaxItems=10000000", "--Quotas:MaxBytes=100000000000", "--Quotas:MaxAgents=10000000", "--Quotas:MaxTopics=10000000"];

    public static readonly GrpcRequest EmptyCall = GrpcRequest.Of(BareContract.NothingPath, userId: null, new Empty());

    /// <summary>A call that our server answers without a credential.</summary>
    public static readonly GrpcRequest HealthCheck = GrpcRequest.Of("/grpc.health.v1.Health/Check", userId: null, new Empty());

    /// <summary>The read that our server must answer before it counts as started. The user and the item need not exist.</summary>
    public static readonly GrpcRequest FirstRead = MeshCalls.Get(FirstUser, FirstKey);

    public static Task<ServerProcess> StartBareAsync(
        GrpcProbe probe, IReadOnlyList<KeyValuePair<string, string>> environment, CancellationToken cancellationToken) =>
        ServerProcess.StartAsync(probe, EmptyCall, BareArguments, environment, cancellationToken);

    /// <summary>Starts our server as a user starts it. The options are added to the usual ones.</summary>
    public static Task<ServerProcess> StartSynthaAsync(
        GrpcProbe probe,
        string dataFolder,
        IReadOnlyList<KeyValuePair<string, string>> environment,
        CancellationToken cancellationToken,
        params IReadOnlyList<string> options) =>
        StartSynthaAsync(probe, FirstRead, dataFolder, environment, cancellationToken, options);

    /// <summary>Starts our server, and returns when it answers this call.</summary>
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
                // The limit is checked and has its cost, but no scenario reaches it.
                "--RateLimit:CallsPerSecond=1000000000",
                $"--Storage:DataPath={dataFolder}",
                .. Quotas,
                .. options,
            ],
            environment,
            cancellationToken);

    /// <summary>Starts our server from this program, which needs no <c>dotnet</c>, and returns when it answers the first read.</summary>
    public static Task<ServerProcess> StartProgramAsync(
        GrpcProbe probe, string program, string dataFolder, CancellationToken cancellationToken) =>
        ServerProcess.StartAsync(
            probe, FirstRead, program, (grpcPort, httpPort) => PlainArguments(grpcPort, httpPort, dataFolder), [], cancellationToken);

    /// <summary>Starts our server from the build, as <c>make run</c> does, and returns when it answers the first read.</summary>
    public static Task<ServerProcess> StartBuildAsync(GrpcProbe probe, string dataFolder, CancellationToken cancellationToken) =>
        ServerProcess.StartAsync(
            probe, FirstRead, (grpcPort, httpPort) => [BuildOutput.ServerDll, .. PlainArguments(grpcPort, httpPort, dataFolder)], [],
            cancellationToken);

    /// <summary>Starts our server with the bounds that it is shipped with. The options are added to the least that it needs.</summary>
    public static Task<ServerProcess> StartShippedAsync(
        GrpcProbe probe,
        GrpcRequest firstCall,
        IReadOnlyList<KeyValuePair<string, string>> environment,
        CancellationToken cancellationToken,
        params IReadOnlyList<string> options) =>
        ServerProcess.StartAsync(
            probe,
            firstCall,
            (grpcPort, httpPort) =>
                [BuildOutput.ServerDll, $"--Server:GrpcPort={grpcPort}", $"--Server:HttpPort={httpPort}", .. options],
            environment,
            cancellationToken);

    private static string[] PlainArguments(int grpcPort, int httpPort, string dataFolder) =>
        [$"--Server:GrpcPort={grpcPort}", $"--Server:HttpPort={httpPort}", $"--Storage:DataPath={dataFolder}"];

    private static List<string> BareArguments(int grpcPort, int httpPort)
    {
        List<string> arguments = ["exec"];
        // The bare server takes the settings of the garbage collector, and all other settings of the runtime, from our server's file. So a
        // difference in the table is a difference of the programs.
        if (File.Exists(BuildOutput.ServerFile("runtimeconfig.json")))
        {
            arguments.AddRange(["--runtimeconfig", BuildOutput.ServerFile("runtimeconfig.json")]);
        }

        arguments.AddRange(["--depsfile", BuildOutput.BenchmarksFile("deps.json"), BuildOutput.BenchmarksFile("dll")]);
        arguments.AddRange([
            BareServer.Command, grpcPort.ToString(CultureInfo.InvariantCulture), httpPort.ToString(CultureInfo.InvariantCulture)]);
        return arguments;
    }
}
