namespace Syntha.Client.Tests.Packages;

/// <summary>The packages as a reader of the README gets them: packed once by <c>make pack</c>, and copied into a scratch folder.</summary>
public sealed class PackedPackages : IAsyncLifetime
{
    private readonly DirectoryInfo scratch = Directory.CreateTempSubdirectory("syntha-package-");

    /// <summary>The packages that a user's project names.</summary>
    internal static IReadOnlyList<string> Ids { get; } =
        ["Syntha.Client", "Syntha.Client.Testing", "Syntha.Extensions.AI", "Syntha.Agents.AI"];

    internal string Folder => scratch.FullName;

    /// <summary>The names of all packages, with their versions: <c>Syntha.Client.0.1.0</c>.</summary>
    internal IReadOnlyList<string> All =>
        [.. Directory.GetFiles(Packages, "*.nupkg").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal)];

    private string Packages => Path.Combine(Folder, "packages");

    public async ValueTask InitializeAsync()
    {
        var repository = RepositoryFolder();
        await TypedCommand.RunAsync(repository, "make", "pack");

        Directory.CreateDirectory(Packages);
        foreach (var file in Directory.GetFiles(Path.Combine(repository, ".artifacts", "package", "release")))
        {
            File.Copy(file, Path.Combine(Packages, Path.GetFileName(file)));
        }
    }

    public ValueTask DisposeAsync()
    {
        scratch.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>The version of a package, as it stands in the name of its file.</summary>
    internal string VersionOf(string id) => Assert.Single(
        All.Where(name => name.StartsWith($"{id}.", StringComparison.Ordinal)).Select(name => name[(id.Length + 1)..]),
        rest => char.IsAsciiDigit(rest[0]));

    internal string PathOf(string id, string extension) => Path.Combine(Packages, $"{id}.{VersionOf(id)}.{extension}");

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
