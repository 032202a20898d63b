using System.Runtime.InteropServices;

namespace Syntha.Benchmarks.Processes;

/// <summary>The folder in which the build puts its programs: <c>.artifacts/bin/(project)/(configuration)</c>.</summary>
internal static class BuildOutput
{
    private static readonly DirectoryInfo Own = new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));

    public static string ArtifactsFolder { get; } = Own.Parent?.Parent?.Parent?.FullName
        ?? throw new BenchmarkException($"{Own.FullName} is not a folder of the build's output.");

    public static string BenchmarksFile(string extension) => FileOf("Syntha.Benchmarks", "Syntha.Benchmarks", extension);

    public static string ServerFile(string extension) => FileOf("Syntha.Cli", "syntha", extension);

    /// <exception cref="BenchmarkException">The server was not built.</exception>
    public static string ServerDll => File.Exists(ServerFile("dll"))
        ? ServerFile("dll")
        : throw new BenchmarkException($"The server is not built in this configuration ({Own.Name}): run make bench.");

    /// <summary>The program for this machine that <c>make dist</c> has made; null: there is none.</summary>
    public static string? DistributedProgram
    {
        get
        {
            var folder = Path.Combine(ArtifactsFolder, "dist-work");
            var runtime = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "linux-arm64" : "linux-x64";
            return Directory.Exists(folder)
                ? Directory.GetDirectories(folder, $"syntha-*-{runtime}")
                    .Select(found => Path.Combine(found, "syntha")).FirstOrDefault(File.Exists)
                : null;
        }
    }

    private static string FileOf(string project, string assembly, string extension) =>
        Path.Combine(ArtifactsFolder, "bin", project, Own.Name, $"{assembly}.{extension}");
}
