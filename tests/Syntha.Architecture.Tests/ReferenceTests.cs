using System.Reflection;
using System.Xml.Linq;

namespace Syntha.Architecture.Tests;

/// <summary>
/// Which project may reference which. The references give the direction between projects, and these tests hold the references.
/// </summary>
public sealed class ReferenceTests
{
    private static readonly Assembly Mesh = typeof(Mesh.Serving.MeshRegistry).Assembly;
    private static readonly Assembly Storage = typeof(Storage.ServerStorage).Assembly;
    private static readonly Assembly Client = typeof(Client.SynthaClient).Assembly;

    [Theory]
    [InlineData("Grpc")]
    [InlineData("Google")]
    [InlineData("Microsoft.AspNetCore")]
    [InlineData("Dapper")]
    [InlineData("Microsoft.Data")]
    [InlineData("SQLite")]
    [InlineData("Npgsql")]
    [InlineData("System.Data")]
    [InlineData("Syntha")]
    public void Mesh_Knows_NothingOf(string beginning) => Assert.DoesNotContain(ReferencesOf(Mesh), Begins(beginning));

    [Theory]
    [InlineData("Grpc")]
    [InlineData("Google")]
    [InlineData("Microsoft.AspNetCore")]
    [InlineData("Syntha.Protos")]
    [InlineData("Syntha.Server")]
    [InlineData("Syntha.Client")]
    public void Storage_Knows_NothingOf(string beginning) => Assert.DoesNotContain(ReferencesOf(Storage), Begins(beginning));

    [Fact]
    public void Client_Knows_OfThisRepositoryOnlyTheContract() =>
        Assert.Equal(["Syntha.Protos"], ReferencesOf(Client).Where(name => name.StartsWith("Syntha", StringComparison.Ordinal)));

    [Fact]
    public void Server_IsReferenced_ByItsProgramTheTestServerAndTestsOnly()
    {
        // The fuzz targets are a test too, and a program of their own.
        var allowed = new[] { "Syntha.Cli", "Syntha.Client.Testing", "Syntha.Fuzz" };
        foreach (var (project, references) in Projects())
        {
            if (references.Contains("Syntha.Server") && !allowed.Contains(project))
            {
                Assert.True(project.EndsWith(".Tests", StringComparison.Ordinal), $"{project} references the server.");
            }
        }
    }

    [Fact]
    public void Program_IsReferenced_ByTestsOnly() => Assert.All(
        Projects().Where(project => project.References.Contains("Syntha.Cli")),
        project => Assert.True(
            project.Project.EndsWith(".Tests", StringComparison.Ordinal) || project.Project == "Syntha.Benchmarks",
            $"{project.Project} references the program."));

    [Fact]
    public void ProjectReferences_OfWhatIsShipped_AreThese()
    {
        var expected = new Dictionary<string, string[]>
        {
            ["Syntha.Protos"] = [],
            ["Syntha.Mesh"] = [],
            ["Syntha.Storage"] = ["Syntha.Mesh"],
            ["Syntha.Page"] = ["Syntha.Protos"],
            ["Syntha.Server"] = ["Syntha.Mesh", "Syntha.Page", "Syntha.Protos", "Syntha.Storage"],
            ["Syntha.Cli"] = ["Syntha.Mesh", "Syntha.Protos", "Syntha.Server", "Syntha.Storage"],
            ["Syntha.Client"] = ["Syntha.Protos"],
        };
        var found = Projects().ToDictionary();

        foreach (var (project, references) in expected)
        {
            Assert.Equal((project, string.Join(' ', references)), (project, string.Join(' ', found[project])));
        }
    }

    [Fact]
    public void GrpcTools_Run_InOneProjectOnly() =>
        Assert.Equal(
            ["Syntha.Protos"],
            ProjectFiles()
                .Where(path => File.ReadAllText(path).Contains("Include=\"Grpc.Tools\"", StringComparison.Ordinal))
                .Select(Path.GetFileNameWithoutExtension));

    private static Predicate<string> Begins(string beginning) => name => name.StartsWith(beginning, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> ReferencesOf(Assembly assembly) => assembly.GetReferencedAssemblies().Select(name => name.Name!);

    private static IEnumerable<string> ProjectFiles() =>
        ((string[])["protos", "server", "client", "tests"]).SelectMany(folder => Repository.Files(folder, "*.csproj"));

    private static IEnumerable<(string Project, List<string> References)> Projects() => ProjectFiles().Select(path => (
        Path.GetFileNameWithoutExtension(path),
        XDocument.Load(path).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')))
            .Order(StringComparer.Ordinal)
            .ToList()));
}
