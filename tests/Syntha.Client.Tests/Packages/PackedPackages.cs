namespace Syntha.Client.Tests.Packages;

/// <summary>The packages, packed once into a scratch folder.</summary>
public sealed class PackedPackages : IAsyncLifetime
{
    private readonly DirectoryInfo scratch = Directory.CreateTempSubdirectory("syntha-package-");

    /// <summary>The packages that a project names.</summary>
    internal static IReadOnlyList<string> Ids { get; } = ["Syntha.Client", "Syntha.Client.Testing", "Syntha.Extensions.AI", "Syntha.Agents.AI"];

    /// <summary>A version of its own, so that no copy of an earlier run is taken from a cache.</summary>
    internal string Version { get; } = $"0.0.0-test.{Guid.NewGuid():N}";

    internal string Folder => scratch.FullName;

    public async ValueTask InitializeAsync()
    {
        string[] projects = ["protos/Syntha.Protos.csproj", .. Ids.Select(id => $"client/dotnet/{id}")];
        foreach (var project in projects)
        {
            // The test project references all of them, so they are built already, in the configuration that it was built in.
            await DotnetCommand.RunAsync(
                RepositoryFolder(), "pack", project, "--no-build", "--configuration", new DirectoryInfo(AppContext.BaseDirectory).Name,
                $"--property:PackageVersion={Version}", "--output", Path.Combine(Folder, "packages"));
        }
    }

    public ValueTask DisposeAsync()
    {
        scratch.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    internal string PathOf(string id, string extension) => Path.Combine(Folder, "packages", $"{id}.{Version}.{extension}");

    private static string RepositoryFolder()
    {
        var candidate = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(candidate.FullName, "global.json")))
        {
            candidate = candidate.Parent ?? throw new DirectoryNotFoundException("The tests do not run inside the repository.");
        }

        return candidate.FullName;
    }
}
