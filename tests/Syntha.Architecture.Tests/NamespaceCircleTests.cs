using System.Reflection;

namespace Syntha.Architecture.Tests;

/// <summary>
/// The namespaces of a project have no circle. A room that uses another lies above it; neither the folders nor the compiler say so. What the
/// bodies of methods use counts.
/// </summary>
public sealed class NamespaceCircleTests
{
    /// <summary>Projects that still have circles. A project leaves the list when its last circle is open.</summary>
    private static readonly string[] Pending = ["Syntha.Storage", "Syntha.Server", "Syntha.Client"];

    public static TheoryData<string> Projects => [.. Found().Select(project => project.Name).Except(Pending)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Namespaces_OfAProject_HaveNoCircle(string project)
    {
        var folder = Found().Single(found => found.Name == project).Folder;
        // The tests' own folder holds the assembly of each project that they reference. A project without such a reference fails here.
        var graph = new NamespaceGraph(Assembly.Load(project), folder);

        var circles = graph.Circles();

        Assert.True(circles.Count == 0, string.Join("\n\n", circles.Select(graph.Describe)));
    }

    [Fact]
    public void Pending_Names_ProjectsThatExist() => Assert.Empty(Pending.Except(Found().Select(project => project.Name)));

    private static IEnumerable<(string Name, string Folder)> Found() => ((string[])["server", "client/dotnet"])
        .SelectMany(folder => Repository.Files(folder, "*.csproj"))
        .Select(path => (Path.GetFileNameWithoutExtension(path), Path.GetRelativePath(Repository.Root, Path.GetDirectoryName(path)!)))
        .Where(project => !project.Item2.Contains("examples", StringComparison.Ordinal));
}
