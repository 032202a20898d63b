using System.Text.RegularExpressions;
using Syntha.Benchmarks.Load;
using Syntha.Benchmarks.Processes;

namespace Syntha.Benchmarks.Peers;

/// <summary>A server that can be compared.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Programs">The programs that it takes; the first one is its own and tells its version.</param>
/// <param name="StartAsync">Starts it with its data in this folder.</param>
internal sealed partial record PeerKind(
    string Name, IReadOnlyList<string> Programs, Func<BenchmarkRun, string, CancellationToken, Task<IPeer>> StartAsync)
{
    public static readonly PeerKind Ours = new("Syntha", [], SynthaPeer.StartAsync);

    public static readonly IReadOnlyList<PeerKind> All =
    [
        Ours,
        new("etcd", [EtcdPeer.Program], EtcdPeer.StartAsync),
        new("Redis", ["redis-server", RedisBenchmark.Program], RespPeer.StartRedisAsync),
        new("Garnet", [GarnetProgram, RedisBenchmark.Program], RespPeer.StartGarnetAsync),
    ];

    /// <summary>Where <c>eng/setup peers</c> puts Garnet.</summary>
    public static string GarnetProgram =>
        Path.GetFullPath(Path.Combine(BuildOutput.ArtifactsFolder, "..", ".tools", "garnet", "garnet-server"));

    public bool IsInstalled => Programs.All(LoadProgram.IsInstalled);

    /// <summary>Its name with its version. It must be installed.</summary>
    public async Task<string> NameWithVersionAsync(CancellationToken cancellationToken)
    {
        if (Programs.Count == 0)
        {
            return Name;
        }

        var said = await LoadProgram.RunAsync(Programs[0], ["--version"], cancellationToken);
        return $"{Name} {Version().Match(said).Value}".TrimEnd();
    }

    [GeneratedRegex(@"\d+\.\d+\.\d+")]
    private static partial Regex Version();
}
