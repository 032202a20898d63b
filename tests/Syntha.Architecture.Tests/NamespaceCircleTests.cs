using System.Reflection;
using System.Xml.Linq;

namespace Syntha.Architecture.Tests;

/// <summary>
/// The namespaces of a project have no circle. A room that uses another lies above it; neither the folders nor the compiler say so. The
/// bodies of methods count.
/// </summary>
public sealed class NamespaceCircleTests
{
    public static TheoryData<string> Projects => [.. Found().Select(project => project.Name)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Namespaces_OfAProject_HaveNoCircle(string project)
    {
        var file = Found().Single(found => found.Name == project).File;
        // The assembly lies beside these tests when they reference the project. Without such a reference the project fails here.
        var assembly = Assembly.Load(XDocument.Load(file).Descendants("AssemblyName").FirstOrDefault()?.Value ?? project);
        var graph = new NamespaceGraph(assembly, Path.GetDirectoryName(file)!);

        var circles = graph.Circles();

        Assert.True(circles.Count == 0, string.Join("\n\n", circles.Select(graph.Describe)));
    }

    private static IEnumerable<(string Name, string File)> Found() => ((string[])["server", "client/dotnet"])
        .SelectMany(folder => Repository.Files(folder, "*.csproj"))
        .Where(file => !Path.GetRelativePath(Repository.Root, file).Contains("examples", StringComparison.Ordinal))
        .Select(file => (Path.GetFileNameWithoutExtension(file), file));
}
